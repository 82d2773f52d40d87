# In place of Grafana and cAdvisor, which no package has: a page that says ok.
import http.server, sys


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"# ok\n")

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("", int(sys.argv[1])), Page).serve_forever()
