"""Korean particles."""

import unicodedata

import pytest

from omakase.text.particles import PARTICLES, Noun, with_particle


@pytest.mark.parametrize(
    ("word", "particle", "expected"),
    [
        ("김치", "을", "김치를"),
        ("국밥", "을", "국밥을"),
        ("떡", "이", "떡이"),
        ("파스타", "은", "파스타는"),
        ("라면", "과", "라면과"),
        ("서울", "으로", "서울로"),
        ("부산", "으로", "부산으로"),
        ("바다", "이나", "바다나"),
        ("SF", "이", "SF가"),
        ("Heat (1995)", "을", "Heat (1995)를"),
        ("국밥 (본점)", "을", "국밥 (본점)을"),
        ("국밥!", "과", "국밥!과"),
        ("(국밥)", "은", "(국밥)은"),
        ("터미네이터 2", "과", "터미네이터 2와"),
        ("세븐 7", "으로", "세븐 7로"),
        ("스크림 3", "을", "스크림 3을"),
        ("괴물 10", "이", "괴물 10이"),
        ("😀", "을", "😀를"),
        ("", "을", "를"),
    ],
)
def test_particle_follows_the_last_sound(word, particle, expected):
    assert with_particle(word, particle) == expected


def test_noun_takes_its_particle_in_a_format():
    assert "{name:을} {name}".format(name=Noun("국밥")) == "국밥을 국밥"
    assert "{name:이나}".format(name=Noun("{x} {0}")) == "{x} {0}이나"


def test_particle_of_every_syllable_agrees_with_its_jamo():
    """NFD writes a final consonant as a third letter: an oracle that counts nothing itself."""
    for code in range(0xAC00, 0xD7A4, 7):
        closed = len(unicodedata.normalize("NFD", chr(code))) == 3
        for particle, forms in PARTICLES.items():
            if particle != "으로":
                assert with_particle(chr(code), particle) == chr(code) + forms[not closed]
