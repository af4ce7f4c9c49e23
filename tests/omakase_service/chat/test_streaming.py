"""An answer as it is written: list, words, whole; nothing untrue goes out on the way."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import pytest
from benchmarks.http_server import running

from omakase_service.chat.models import Turn

pytestmark = pytest.mark.django_db


@contextmanager
def streaming_model(write):
    """A real server that streams as OpenAI's do; `write` makes parts of the answer it gets."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.loads(body["messages"][1]["content"])["answer"]
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream" if body.get("stream") else "json")
            self.end_headers()
            for part in write(answer):
                line = {"choices": [{"delta": {"content": part}}]}
                self.wfile.write(b"data: " + json.dumps(line).encode() + b"\n\n")
                self.wfile.flush()
            self.wfile.write(b"data: [DONE]\n\n")

        def log_message(self, *_):
            pass

    with running(Handler) as address:
        yield f"{address}/v1"


@pytest.fixture
def ask(street, post, settings_with):
    """The events of one streamed answer, as (name, fields)."""

    def send(message: str, url: str = "", **fields) -> list[tuple[str, dict]]:
        chat = {"refresh_seconds": 0, "llm_url": url, "llm_model": "tiny"}
        settings_with(serving={"refresh_seconds": 0}, chat=chat)
        answer = post("/api/chat/stream", {"message": message, **fields})
        assert answer.status_code == 200, answer.content
        blocks = b"".join(answer.streaming_content).decode().strip().split("\n\n")
        pairs = [block.split("\n", 1) for block in blocks]
        return [(n.removeprefix("event: "), json.loads(d.removeprefix("data: "))) for n, d in pairs]

    return send


def parts_of(answer: str) -> list[str]:
    """The answer in parts of three letters, as tokens cut words."""
    return [answer[at : at + 3] for at in range(0, len(answer), 3)]


def test_stream_without_a_model_is_the_list_and_the_answer_of_templates(ask):
    events = ask("파스타 먹고 싶어")
    assert [name for name, _ in events] == ["list", "answer"]
    listed, answer = (fields for _, fields in events)
    lists = [each["recommendations"]["items"] for each in (listed, answer)]
    assert lists[0] == lists[1] != []
    assert answer["written_by"] == "template"
    assert Turn.objects.get().answer == answer["answer"]


def test_stream_of_a_true_model_passes_on_its_words_and_keeps_the_whole(ask):
    with streaming_model(parts_of) as url:
        events = ask("파스타 먹고 싶어", url)
    names = [name for name, _ in events]
    assert (names[0], names[-1], set(names[1:-1])) == ("list", "answer", {"words"})
    assert len(names) > 4
    whole = events[-1][1]
    assert whole["written_by"] == "tiny"
    words = "".join(fields["text"] for name, fields in events if name == "words")
    assert whole["answer"].startswith(words.strip())
    assert Turn.objects.get().answer == whole["answer"]


@pytest.mark.parametrize(
    ("lie", "never"),
    [(" 별빛식당 도 좋아요 네", "별빛식당"), (" 그리고 왕 삼겹살 도 네", "삼겹살"),
     (" 모두 500원 이에요 네", "500"), (" Also Golden Dragon now ", "Golden")],
)  # fmt: skip
def test_stream_of_an_inventing_model_never_sends_the_invention(ask, lie, never):
    with streaming_model(lambda answer: parts_of(answer + lie)) as url:
        events = ask("파스타 먹고 싶어", url)
    assert all(never not in fields["text"] for name, fields in events if name == "words")
    assert events[-1][0] == "answer"
    assert events[-1][1]["written_by"] == "template"
    assert never not in events[-1][1]["answer"]


def test_stream_of_a_model_that_breaks_off_ends_with_the_template(ask):
    with streaming_model(lambda answer: parts_of(answer)[:5]) as url:
        events = ask("파스타 먹고 싶어", url)
    assert events[-1][1]["written_by"] == "template"


def test_stream_of_an_unknown_conversation_is_refused_before_it_begins(street, post):
    answer = post("/api/chat/stream", {"message": "더 싼 데", "conversation_id": "nobody"})
    assert answer.status_code == 404
