# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server for what the emulator does not stand in for: it gives each path the answer that a test
has laid down for it."""

import http.server
import json
import threading


class Answers:
    """Listens for as long as the context lasts. An answer is what becomes JSON, a string, or a
    function that is called with the handler and returns one of them, or None to hang up."""

    def __init__(self, answers, tls=None):
        self.answers = answers
        self.requests = []
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), self.make_handler())
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = f'http://127.0.0.1:{self.port}'

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def make_handler(answers):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def answer(self):
                answers.requests.append(f'{self.command} {self.path}')
                self.rfile.read(int(self.headers.get('Content-Length', 0)))
                answer = answers.answers.get(self.path.split('?')[0])
                if callable(answer):
                    answer = answer(self)
                    if answer is None:
                        self.close_connection = True
                        return
                body = answer if isinstance(answer, str) else json.dumps(answer)
                self.send_response(404 if answer is None else 200)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            do_GET = do_PUT = do_POST = answer

            def log_message(self, *_):
                pass

        return Handler
