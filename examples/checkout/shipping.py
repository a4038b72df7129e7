"""Quotes parcels. No SDK at all: it speaks OTLP/HTTP itself, and sends its DEBUG records along with the others.

What it does for traces is what any OpenTelemetry SDK does: it takes traceparent and tracestate from the request, and
writes them into its span.
"""

import http.server
import json
import os
import secrets
import signal
import sys
import threading
import time
import urllib.request

OTLP = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"]
DEBUG, INFO, ERROR = (5, "DEBUG"), (9, "INFO"), (17, "ERROR")


class Trace:
    """The span of one request, and the records logged in it."""

    def __init__(self, headers):
        _, self.trace_id, self.parent_id, self.flags = headers["traceparent"].split("-")
        self.state = headers.get("tracestate", "")
        self.span_id = secrets.token_hex(8)
        self.start = time.time_ns()
        self.records = []

    def log(self, severity, body, **attributes):
        number, text = severity
        self.records.append({
            "timeUnixNano": str(time.time_ns()),
            "severityNumber": number,
            "severityText": text,
            "body": {"stringValue": body},
            "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()],
            "traceId": self.trace_id,
            "spanId": self.span_id,
            "flags": int(self.flags, 16),
        })

    def send(self, name, failed):
        span = {
            "name": name,
            "kind": 2,
            "traceId": self.trace_id,
            "spanId": self.span_id,
            "parentSpanId": self.parent_id,
            "traceState": self.state,
            "flags": int(self.flags, 16) | 0x300,  # the parent is remote
            "startTimeUnixNano": str(self.start),
            "endTimeUnixNano": str(time.time_ns()),
            "status": {"code": 2 if failed else 0},
        }
        resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "shipping"}}]}
        scope = {"name": "shipping"}
        post("/v1/logs", {"resourceLogs": [
            {"resource": resource, "scopeLogs": [{"scope": scope, "logRecords": self.records}]}
        ]})
        post("/v1/traces", {"resourceSpans": [
            {"resource": resource, "scopeSpans": [{"scope": scope, "spans": [span]}]}
        ]})


def post(path, document):
    data = json.dumps(document).encode()
    request = urllib.request.Request(OTLP + path, data, {"content-type": "application/json"})
    try:
        urllib.request.urlopen(request, timeout=5).read()
    except OSError as error:
        print(f"shipping: {path}: {error}", file=sys.stderr)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        trace = Trace(self.headers)
        parcel = json.loads(self.rfile.read(int(self.headers["content-length"])))
        trace.log(DEBUG, f"parcel of {parcel['grams']} g", postal_code=parcel["postcode"])
        failed = not isinstance(parcel["grams"], int)
        if failed:
            trace.log(DEBUG, "no tariff: the weight is no number")
            trace.log(ERROR, "no quote")
        else:
            trace.log(INFO, "quoted")
        self.send_response(422 if failed else 204)
        self.end_headers()
        threading.Thread(target=trace.send, args=("POST /quote", failed)).start()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
