"""TF-IDF against its definition."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from omakase.text.tfidf import TfIdf, unit_rows

TEXTS = [["red", "cup", "cup"], ["red", "plate"], ["blue", "cup"], []]


def by_definition(texts, terms):
    """Loops over texts and terms."""
    df = [sum(term in text for text in texts) for term in terms]
    idf = [np.log((1 + len(texts)) / (1 + d)) + 1 for d in df]
    rows = [
        [
            (1 + np.log(text.count(t))) * w if t in text else 0
            for t, w in zip(terms, idf, strict=True)
        ]
        for text in texts
    ]
    return [np.asarray(r) / max(np.linalg.norm(r), 1e-12) for r in rows]


def test_is_its_definition():
    found = TfIdf.of(TEXTS, fewest=1)
    assert found.terms == ("blue", "cup", "plate", "red")
    expected = by_definition(TEXTS, found.terms)
    np.testing.assert_allclose(found.matrix(TEXTS).toarray(), expected, rtol=1e-5)


@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=6), min_size=1, max_size=8))
def test_is_its_definition_on_any_texts(texts):
    found = TfIdf.of(texts, fewest=1)
    assert found.terms == tuple(sorted({term for text in texts for term in text}))
    np.testing.assert_allclose(
        found.matrix(texts).toarray(),
        np.asarray(by_definition(texts, found.terms)).reshape(len(texts), len(found.terms)),
        rtol=1e-5,
    )


def test_rare_and_frequent_terms_are_left_out():
    texts = [["the", "a"] if n else ["the", "rare"] for n in range(20)]
    assert TfIdf.of(texts, fewest=2, most_share=0.96).terms == ("a",)


def test_new_texts_are_measured_by_the_old_terms():
    found = TfIdf.of(TEXTS, fewest=1)
    matrix = found.matrix([["unheard", "of"], ["cup", "unheard"]]).toarray()
    assert (matrix[0] == 0).all()
    assert matrix[1, 1] == 1


def test_unit_rows_leaves_nothing_as_nothing():
    matrix = TfIdf.of(TEXTS, fewest=1).matrix(TEXTS)
    lengths = np.linalg.norm(unit_rows(matrix * np.float32(7)).toarray(), axis=1)
    np.testing.assert_allclose(lengths, [1, 1, 1, 0], rtol=1e-6)


def test_tfidf_with_matrix_gives_the_terms_and_the_matrix_of_each_alone():
    texts = [["a", "b", "a"], [], ["b", "c"], ["a", "c"]]
    terms, matrix = TfIdf.with_matrix(texts, fewest=1)
    alone = TfIdf.of(texts, fewest=1)
    assert terms.terms == alone.terms and np.array_equal(terms.idf, alone.idf)
    assert np.array_equal(matrix.toarray(), alone.matrix(texts).toarray())
