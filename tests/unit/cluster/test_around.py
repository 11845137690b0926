import numpy as np

from aggregator.cluster.around import Matrix, around


def vector(*terms: int) -> tuple[np.ndarray, np.ndarray]:
    weights = np.full(len(terms), 1 / np.sqrt(len(terms)), np.float32)
    return np.array(terms, np.int32), weights


def both_ways(*pairs: tuple[int, int, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    a = np.array([pair[0] for pair in pairs] + [pair[1] for pair in pairs])
    b = np.array([pair[1] for pair in pairs] + [pair[0] for pair in pairs])
    return a, b, np.array([pair[2] for pair in pairs] * 2)


def products(matrix: Matrix, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray((matrix[a] * matrix[b]).sum(axis=1))


def test_two_reports_that_share_no_word_meet_in_a_third() -> None:
    vectors = [vector(1, 2), vector(2, 3), vector(3, 4), vector(5, 6)]
    drawn = around(vectors, 10, *both_ways((0, 1, 0.9), (1, 2, 0.9)))
    first, third, lone = np.array([0]), np.array([2]), np.array([3])
    assert products(drawn, first, third)[0] > 0.3
    assert products(drawn, first, lone)[0] == 0.0


def test_an_article_without_likely_neighbours_stays_what_it_is() -> None:
    vectors = [vector(1, 2), vector(2, 3), vector(5, 6)]
    drawn = around(vectors, 10, *both_ways((0, 1, 0.9)))
    assert drawn[[2]].toarray()[0].nonzero()[0].tolist() == [5, 6]


def test_unlikely_neighbours_draw_little() -> None:
    vectors = [vector(1), vector(2)]
    strong = around(vectors, 5, *both_ways((0, 1, 0.9)))
    weak = around(vectors, 5, *both_ways((0, 1, 0.1)))
    one, two = np.array([0]), np.array([1])
    assert products(weak, one, two)[0] < 0.3 < products(strong, one, two)[0]


def test_vectors_are_of_length_one() -> None:
    vectors = [vector(1, 2, 3), vector(2, 3), vector(3, 4)]
    drawn = around(vectors, 10, *both_ways((0, 1, 0.5), (1, 2, 0.2)))
    rows = np.arange(3)
    np.testing.assert_allclose(products(drawn, rows, rows), 1.0, rtol=1e-5)
