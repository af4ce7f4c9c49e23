import pytest
from django.http import HttpRequest

from omakase_service.platform.resumable import Steps, Suspended, in_steps, run_to_end


class Write:
    """Something to wait for that remembers how it was."""

    def __init__(self) -> None:
        self.was: list[str] = []

    def wait(self) -> None:
        self.was.append("waited")

    def call(self, heard) -> None:
        self.was.append("called")
        heard()


def endpoint(writes: list[Write], error: Exception | None = None):
    def steps(request: HttpRequest, name: str = "") -> Steps[str]:
        yield from writes
        if error:
            raise error
        return f"done {name}"

    return steps


@pytest.fixture
def request_on_the_loop() -> HttpRequest:
    made = HttpRequest()
    made.in_steps = True
    return made


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_thread_waits_for_each_step(number):
    writes = [Write() for _ in range(number)]
    assert run_to_end(endpoint(writes)(HttpRequest())) == "done "
    assert [write.was for write in writes] == [["waited"]] * number


def test_an_endpoint_in_steps_is_an_ordinary_one_for_a_thread():
    write = Write()
    view = in_steps(endpoint([write]))
    assert view(HttpRequest(), name="x") == "done x"
    assert write.was == ["waited"]
    assert view.__name__ == "steps"


def test_on_the_loop_it_comes_to_its_first_wait_and_goes_on(request_on_the_loop):
    writes = [Write(), Write()]
    begun = in_steps(endpoint(writes))(request_on_the_loop, name="x")
    assert isinstance(begun, Suspended)
    assert begun.awaited is writes[0]
    assert begun.gone_on() is begun
    assert begun.awaited is writes[1]
    assert begun.gone_on() == "done x"
    assert writes[0].was == []


def test_one_that_waits_for_nothing_answers_at_once(request_on_the_loop):
    assert in_steps(endpoint([]))(request_on_the_loop) == "done "


def test_what_it_raises_is_raised_wherever_it_goes_on(request_on_the_loop):
    steps = endpoint([Write()], ValueError("no"))
    with pytest.raises(ValueError, match="no"):
        run_to_end(steps(HttpRequest()))
    begun = in_steps(steps)(request_on_the_loop)
    with pytest.raises(ValueError, match="no"):
        begun.gone_on()
