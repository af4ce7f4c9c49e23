"""Which Omakase this is."""

from omakase_service.platform import release as module


def test_release_is_the_number_of_the_installed_package():
    assert module.release()[0].isdigit()


def test_release_of_a_folder_that_was_never_installed_is_empty(monkeypatch):
    monkeypatch.setattr(module, "PACKAGE", "omakase-that-nobody-installed")
    assert module.release() == ""
