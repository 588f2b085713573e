"""The few options of curl that the README uses, for a machine without it."""

import argparse
import sys

import httpx


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-X", dest="method", default="GET")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("-d", "--data-binary", dest="data")
    parser.add_argument("url")
    options = parser.parse_args()
    content = sys.stdin.buffer.read() if options.data == "@-" else options.data
    headers = dict(header.split(": ", 1) for header in options.headers)
    reply = httpx.request(options.method, options.url, headers=headers, content=content, timeout=90)
    sys.stdout.buffer.write(reply.content)


main()
