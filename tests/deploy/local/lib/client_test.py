"""The client class against a gateway of a few lines whose answers are written down; time is made up."""
import json
import os
import sys
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../deploy/local/client"))
sys.dont_write_bytecode = True
from litellm_client import GatewayError, LiteLLMClient  # noqa: E402


def chat(text="Hello", **headers):
    message = {"role": "assistant", "content": text}
    return 200, {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}, headers


def error(status, kind="odd", message="no", **headers):
    return status, {"error": {"message": message, "type": kind, "param": None, "code": str(status)}}, headers


def event(text, finish=None):
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}


END = event(None, "stop")


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.do_GET()

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("authorization")))
        status, body, headers = self.server.answers.pop(0)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "text/event-stream" if isinstance(body, bytes) else "application/json")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_):
        pass


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.server.answers, self.server.asked = [], []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.now, self.slept = 0.0, []
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.client = self.make()

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()

    def make(self, **more):
        def sleep(seconds):
            self.slept.append(seconds)
            self.now += seconds

        return LiteLLMClient(more.pop("url", self.url), "sk-canary", sleep=sleep, clock=lambda: self.now, **more)

    def answers(self, *all_):
        self.server.answers[:] = all_

    def fails(self, call):
        with self.assertRaises(GatewayError) as caught:
            call()
        self.assertNotIn("sk-canary", str(caught.exception))
        return caught.exception

    def test_an_answer_has_its_text_and_its_cost(self):
        self.answers(chat("Good day", x_litellm_response_cost="0.0025"))
        answer = self.client.chat("m", "Hello")
        self.assertEqual((answer.text, answer.model, answer.cost), ("Good day", "m", 0.0025))
        self.assertEqual(self.server.asked, [("/v1/chat/completions", "Bearer sk-canary")])

    def test_an_address_with_v1_is_the_same(self):
        self.answers((200, {"info": {"spend": 0.5, "max_budget": 5}}, {}))
        spend = self.make(url=self.url + "/v1/").spend()
        self.assertEqual((spend.spent, spend.budget), (0.5, 5.0))
        self.assertEqual(self.server.asked[0][0], "/key/info")

    def test_what_fails_for_a_moment_is_tried_again_and_waits_longer_each_time(self):
        self.answers(error(503), error(500), chat())
        self.assertEqual(self.client.chat("m", "Hello").text, "Hello")
        self.assertEqual(len(self.slept), 2)
        self.assertTrue(0.5 <= self.slept[0] <= 1 <= self.slept[1] <= 2, self.slept)

    def test_it_ends_after_the_last_attempt(self):
        self.answers(*[error(502)] * 4)
        failed = self.fails(lambda: self.client.chat("m", "Hello"))
        self.assertEqual((failed.status, len(self.server.asked)), (502, 3))

    def test_it_waits_as_long_as_it_is_told_and_no_longer_than_a_minute(self):
        self.answers(error(429, "throttling_error", retry_after="7"), error(429, retry_after="4000"), chat())
        self.client.chat("m", "Hello")
        self.assertEqual(self.slept, [7, 60])

    def test_no_attempt_begins_after_the_deadline(self):
        self.answers(error(429, retry_after="30"), error(429, retry_after="30"), chat())
        failed = self.fails(lambda: self.make(deadline=50).chat("m", "Hello"))
        self.assertEqual((failed.status, self.slept), (429, [30]))

    def test_what_will_fail_again_is_not_tried_again(self):
        for status, kind, words in (
            (401, "auth_error", "does not accept this key"),
            (400, "expired_key", "has expired"),
            (400, "budget_exceeded", "budget is used up"),
            (422, "budget_exceeded", "budget is used up"),
            (429, "budget_exceeded", "budget is used up"),
            (401, "key_model_access_denied", "may not use this model"),
            (403, "key_model_access_denied", "may not use this model"),
            (404, "None", "model is not there"),
        ):
            self.answers(error(status, kind), chat())
            self.server.asked.clear()
            failed = self.fails(lambda: self.client.chat("m", "Hello"))
            self.assertIn(words, str(failed))
            self.assertEqual(len(self.server.asked), 1, (status, kind))
        self.assertEqual(self.slept, [])

    def test_a_database_that_is_gone_may_come_back(self):
        self.answers(error(503, "no_db_connection"), chat())
        self.assertEqual(self.client.chat("m", "Hello").text, "Hello")

    def test_a_page_of_another_server_is_told_by_its_status(self):
        self.answers((403, b"<html>Blocked</html>", {}))
        self.assertIn("status 403", str(self.fails(lambda: self.client.models())))

    def test_without_a_gateway_it_says_where_it_asked(self):
        self.server.shutdown()
        self.server.server_close()
        failed = self.fails(lambda: self.client.models())
        self.assertIn(f"Nothing answers on {self.url}", str(failed))
        self.assertEqual(len(self.slept), 2)
        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stream(self, *events):
        return 200, "".join(f"data: {one if isinstance(one, str) else json.dumps(one)}\n\n" for one in events).encode(), {}

    def test_a_stream_is_tried_again_before_its_first_piece(self):
        self.answers(error(500), self.stream(event("a"), event("b"), END, "[DONE]"))
        self.assertEqual(list(self.client.stream("m", "Hello")), ["a", "b"])

    def test_a_stream_that_breaks_off_is_not_begun_anew(self):
        self.answers(self.stream(event("a"), {"error": {"message": "gone", "code": 500}}), self.stream(event("a"), END, "[DONE]"))
        pieces = self.client.stream("m", "Hello")
        self.assertEqual(next(pieces), "a")
        self.assertIn("cut off", str(self.fails(lambda: next(pieces))))
        self.assertEqual(len(self.server.asked), 1)

    def test_a_stream_without_its_end_is_not_taken_for_a_whole_one(self):
        self.answers(self.stream(event("a")))
        pieces = self.client.stream("m", "Hello")
        self.assertEqual(next(pieces), "a")
        self.assertIn("its end is missing", str(self.fails(lambda: next(pieces))))

    def test_a_connection_that_breaks_in_a_stream_is_told_in_words(self):
        status, body, _ = self.stream(event("a"))
        self.answers((status, body, {"content_length": str(len(body) + 99)}))
        pieces = self.client.stream("m", "Hello")
        self.assertEqual(next(pieces), "a")
        self.assertIn("cut off: The connection", str(self.fails(lambda: next(pieces))))

    def test_an_empty_stream_has_no_pieces(self):
        self.answers(self.stream(END, "[DONE]"))
        self.assertEqual(list(self.client.stream("m", "Hello")), [])


if __name__ == "__main__":
    unittest.main()
