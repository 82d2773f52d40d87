"""A client of the gateway with retries, to be taken over into an application as it is. It needs the package openai (1.x or 2.x).

    from litellm_client import LiteLLMClient, GatewayError

    client = LiteLLMClient("http://127.0.0.1:24157", key)
    answer = client.chat("gpt-5-mini", "Hello")
    print(answer.text, answer.cost)
    for piece in client.stream("gpt-5-mini", "Hello"):
        print(piece, end="")

What fails for a moment is tried again: no connection, 408, 429, 5xx. What will fail again is not: a key that is refused, a budget
that is used up, a model that is not there. A call that took too long may have been answered and paid for all the same, so a
retry can cost twice. The gateway itself tries providers again, too (num_retries): two or three attempts here are enough.
"""
import random
import time
from typing import Any, Callable, Iterator, List, NamedTuple, Optional

import httpx
import openai


class GatewayError(Exception):
    """What failed, in words. `status` is that of HTTP, or None without an answer; `again` whether a retry makes sense."""

    def __init__(self, message: str, status: Optional[int], kind: str, again: bool, wait: Optional[float] = None):
        super().__init__(message)
        self.status, self.kind, self.again, self.wait = status, kind, again, wait


class Answer(NamedTuple):
    text: str
    # The model that answered, which is another one after a fallback.
    model: str
    # US dollars; None where the gateway does not know a price.
    cost: Optional[float]


class Spend(NamedTuple):
    # US dollars. The gateway writes it in batches: a call is in it after some seconds, up to a minute.
    spent: float
    budget: Optional[float]


class LiteLLMClient:
    def __init__(
        self,
        url: str,
        key: str,
        attempts: int = 3,
        timeout: float = 120,
        deadline: float = 300,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ):
        """`timeout`: seconds for one attempt; `deadline`: for all of them, after which none is begun any more."""
        self.url = url.rstrip("/")
        if self.url.endswith("/v1"):
            self.url = self.url[:-3]
        self.attempts, self.deadline = max(1, attempts), deadline
        self._sleep, self._clock = sleep, clock
        # Its own retries are off: it would also try again what a budget has refused.
        self._client = openai.OpenAI(base_url=self.url + "/v1", api_key=key, timeout=timeout, max_retries=0)

    def models(self) -> List[str]:
        return [model.id for model in self._try(lambda: self._client.models.list()).data]

    def chat(self, model: str, question: Any, **more: Any) -> Answer:
        """`question`: a text, or a list of messages. `more`: whatever the API takes, such as max_tokens."""
        raw = self._try(
            lambda: self._client.chat.completions.with_raw_response.create(model=model, messages=_messages(question), **more)
        )
        answer = raw.parse()
        if not answer.choices:
            raise GatewayError("The gateway answered without an answer in it.", raw.status_code, "empty", False)
        cost = raw.headers.get("x-litellm-response-cost")
        return Answer(answer.choices[0].message.content or "", answer.model, _number(cost))

    def stream(self, model: str, question: Any, **more: Any) -> Iterator[str]:
        """Pieces of the answer as they come. It is tried again only until the first piece is there."""
        begin = lambda: self._client.chat.completions.create(model=model, messages=_messages(question), stream=True, **more)

        def begin_with_first():
            pieces = _texts(begin())
            return next(pieces, None), pieces

        first, pieces = self._try(begin_with_first)
        if first is None:
            return
        yield first
        try:
            yield from pieces
        except (openai.OpenAIError, httpx.HTTPError) as cause:
            raise GatewayError(f"The answer was cut off: {_explain(cause, self.url)}", None, "cut_off", False) from cause

    def spend(self) -> Spend:
        """What this key has spent, and of which budget. The key needs the route /key/info."""
        info = self._try(lambda: self._client.get(self.url + "/key/info", cast_to=object))["info"]
        return Spend(float(info.get("spend") or 0), _number(info.get("max_budget")))

    def _try(self, call: Callable[[], Any]) -> Any:
        end = self._clock() + self.deadline
        for attempt in range(1, self.attempts + 1):
            try:
                return call()
            except (openai.OpenAIError, httpx.HTTPError) as cause:
                error = _explain(cause, self.url)
                # Half of it is chance, so that many callers do not come back in the same moment.
                wait = error.wait if error.wait is not None else 2 ** (attempt - 1) * random.uniform(0.5, 1)
                if not error.again or attempt == self.attempts or self._clock() + wait > end:
                    raise error from cause
                self._sleep(wait)


def _messages(question: Any) -> Any:
    return [{"role": "user", "content": question}] if isinstance(question, str) else question


def _texts(chunks: Any) -> Iterator[str]:
    whole = False
    for chunk in chunks:
        if chunk.choices:
            whole = whole or chunk.choices[0].finish_reason is not None
            if chunk.choices[0].delta.content:
                yield chunk.choices[0].delta.content
    # A proxy that closes the connection ends it without an error.
    if not whole:
        raise GatewayError("The answer was cut off: its end is missing.", None, "cut_off", False)


def _number(value: Any) -> Optional[float]:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


# What LiteLLM calls it -> what it means. The type comes first, as its status is not the same in all versions.
_KINDS = {
    "expired_key": "The key has expired.",
    "budget_exceeded": "A budget is used up: that of the key, or of its team or owner.",
    "key_model_access_denied": "This key may not use this model.",
    "team_model_access_denied": "The team of this key may not use this model.",
    "user_model_access_denied": "The owner of this key may not use this model.",
    "no_db_connection": "The gateway has no database at the moment.",
}


def _explain(cause: Exception, url: str) -> GatewayError:
    # httpx's own come while an answer is being read.
    if isinstance(cause, (openai.APITimeoutError, httpx.TimeoutException)):
        return GatewayError(f"{url} did not answer in time.", None, "timeout", True)
    if isinstance(cause, openai.APIConnectionError):
        return GatewayError(f"Nothing answers on {url}. Is the gateway running, and is the address right?", None, "no_connection", True)
    if isinstance(cause, httpx.HTTPError):
        return GatewayError(f"The connection to {url} broke.", None, "no_connection", True)
    if not isinstance(cause, openai.APIStatusError):
        return GatewayError(f"Not an answer as LiteLLM gives it: {cause}", None, "odd", False)
    status = cause.status_code
    body = cause.body if isinstance(cause.body, dict) else {}
    body = body["error"] if isinstance(body.get("error"), dict) else body
    kind = str(body.get("type") or "")
    # Only the beginning: it may be long, and it is for people.
    said = str(body.get("message") or body.get("detail") or cause.message)[:300]
    wait = _number(cause.response.headers.get("retry-after"))
    wait = min(wait, 60.0) if wait is not None and wait >= 0 else None
    if kind in _KINDS:
        words, again = _KINDS[kind], kind == "no_db_connection"
    elif status == 401:
        words, again = "The gateway does not accept this key: it may be unknown or blocked, or of another gateway.", False
    elif status == 403:
        words, again = "The key may not do this.", False
    elif status == 429:
        words, again = "Too many calls or tokens in this minute: a limit of the key, of the model or of the provider.", True
    elif status in (400, 404, 422):
        words, again = "The gateway refuses this call as it is; often the model is not there.", False
    elif status == 408 or status >= 500:
        words, again = "The provider failed, or the gateway did.", True
    else:
        words, again = "The gateway refused.", False
    return GatewayError(f"{words} (status {status}; it said: {said})", status, kind or str(status), again, wait)
