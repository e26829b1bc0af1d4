#!/usr/bin/python3
"""An editor's session with a language server: cim-lsp-server-exchange.py SERVER OPS.mlir...

Talks to the server as editors do, with Content-Length framing over pipes, and asserts on the parsed
answers. The files are then typed token by token, as they would be in an editor: the server has to
survive every text on the way. Takes no longer than TIMEOUT seconds.
"""
import json
import re
import signal
import subprocess
import sys

TIMEOUT = 300
URI = "file:///nowhere/layer.mlir"
LAYER = """// µ, 2 bytes in UTF-8: lengths are counted in bytes.
func.func @layer(%x: tensor<3x1x8xf32>, %w: tensor<1x8x4xf32>, %b: tensor<4xf32>) -> tensor<3x1x4xf32> {
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>}
    : (tensor<3x1x8xf32>, tensor<1x8x4xf32>, tensor<4xf32>) -> tensor<3x1x4xf32>
  return %y : tensor<3x1x4xf32>
}
"""
PROGRAM = """xbar.program @tiny attributes {input_names = ["x"], output_names = ["y"]} {
^bb0(%x: tensor<2xf32>):
  %y = xbar.unary %x {kind = #xbar.unary_kind<exp>} : (tensor<2xf32>) -> tensor<2xf32>
  xbar.output %y : tensor<2xf32>
}
"""


class Server:
    """A running server and the one document it has open."""

    def __init__(self, command):
        self.process = subprocess.Popen([command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.requests = self.version = 0

    def send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self):
        length = None
        while (line := self.process.stdout.readline().strip()):
            name, value = line.split(b":")
            if name == b"Content-Length":
                length = int(value)
        assert length is not None, f"the server is gone, exit code {self.process.wait()}"
        return json.loads(self.process.stdout.read(length))

    def notify(self, method, **params):
        self.send(method=method, params=params)

    def request(self, method, **params):
        self.requests += 1
        self.send(id=self.requests, method=method, params=params)
        answer = self.receive()
        assert answer["id"] == self.requests and "error" not in answer, answer
        return answer["result"]

    def edit(self, text):
        """Sends a new text of the document; its diagnostics."""
        self.version += 1
        if self.version == 1:
            self.notify("textDocument/didOpen", textDocument={
                "uri": URI, "languageId": "mlir", "version": 1, "text": text})
        else:
            self.notify("textDocument/didChange", contentChanges=[{"text": text}],
                        textDocument={"uri": URI, "version": self.version})
        answer = self.receive()
        assert answer["method"] == "textDocument/publishDiagnostics", answer
        assert answer["params"]["uri"] == URI, answer
        assert answer["params"]["version"] == self.version, answer
        return answer["params"]["diagnostics"]

    def at(self, method, text, offset):
        """A request about a place in the document, whose text is the caller's."""
        line = text.count("\n", 0, offset)
        character = offset - (text.rfind("\n", 0, offset) + 1)
        return self.request("textDocument/" + method, textDocument={"uri": URI},
                            position={"line": line, "character": character})

    def exit(self):
        self.notify("exit")
        self.process.stdin.close()
        return self.process.wait()


def marked(text, span):
    """The text that a range of the protocol covers."""
    lines = text.splitlines(keepends=True)
    start, end = (sum(map(len, lines[:p["line"]])) + p["character"] for p in (span["start"], span["end"]))
    return text[start:end]


def check_capabilities(server):
    capabilities = server.request("initialize", processId=None, rootUri=None, capabilities={})["capabilities"]
    assert capabilities["hoverProvider"] and capabilities["definitionProvider"], capabilities
    assert "." in capabilities["completionProvider"]["triggerCharacters"], capabilities
    server.notify("initialized")


def check_diagnostics(server):
    broken = LAYER.replace("tensor<1x8x4xf32>", "tensor<1x7x4xf32>")
    diagnostic, = server.edit(broken)
    assert diagnostic["message"] == \
        "'cim.matmul' op 'weight' must have shape [1, 8, 4], got [1, 7, 4]", diagnostic
    assert marked(broken, diagnostic["range"]) == "cim.matmul", diagnostic
    assert server.edit(LAYER) == []
    broken = PROGRAM.replace('["x"]', '["x", "z"]')
    diagnostic, = server.edit(broken)
    assert diagnostic["message"] == \
        "'xbar.program' op 'input_names' must have one name for each of 1 ports, got 2", diagnostic
    assert marked(broken, diagnostic["range"]) == "xbar.program", diagnostic
    assert server.edit(PROGRAM) == []


def check_hover_and_definition(server):
    for text, op, shown in ((LAYER, "cim.matmul", 'layer = "fc"'), (PROGRAM, "xbar.unary", "unary_kind<exp>")):
        assert server.edit(text) == []
        hover = server.at("hover", text, text.index(op) + 1)
        assert marked(text, hover["range"]) == op, hover
        assert shown in hover["contents"]["value"], hover
        place, = server.at("definition", text, text.rindex("%y") + 1)
        assert place["uri"] == URI, place
        assert marked(text, place["range"]) == "%y", place
        assert place["range"]["start"]["line"] == text.count("\n", 0, text.index("%y")), place


def check_completion(server):
    for text, op in ((LAYER, "cim.matmul"), (PROGRAM, "xbar.unary")):
        dialect, name = op.split(".")
        typed = text[:text.index(op) + len(dialect) + 1]
        server.edit(typed)
        labels = {item["label"] for item in server.at("completion", typed, len(typed))["items"]}
        assert {name, "mvm", "write_arrays"} <= labels, labels


def type_file(server, path):
    """Types a file, asking for a completion and a hover after each token.

    MLIR's parser, and with it every language server of MLIR, dies of an open string among the
    resources at the end of a file: they are not typed.
    """
    with open(path, encoding="utf-8") as file:
        text = file.read()
    tokens = list(re.finditer(r"[\w.]+|\S", text.split("{-#")[0]))
    for token in tokens:
        typed = text[:token.end()]
        server.edit(typed)
        server.at("completion", typed, len(typed))
        server.at("hover", typed, token.start())
    assert server.edit(text) == [], path
    for token in tokens:
        server.at("hover", text, token.start())


def main():
    signal.alarm(TIMEOUT)
    command, files = sys.argv[1], sys.argv[2:]
    server = Server(command)
    check_capabilities(server)
    check_diagnostics(server)
    check_hover_and_definition(server)
    check_completion(server)
    for path in files:
        type_file(server, path)
    server.notify("textDocument/didClose", textDocument={"uri": URI})
    assert server.receive()["params"]["diagnostics"] == []
    assert server.request("shutdown") is None
    assert server.exit() == 0
    assert Server(command).exit() == 1, "exit without shutdown is an error"
    print(f"{server.requests} requests, {server.version} texts")


if __name__ == "__main__":
    main()
