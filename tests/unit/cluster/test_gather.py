import numpy as np
import pytest

from aggregator.cluster.around import around
from aggregator.cluster.gather import Tree, cut, grow
from aggregator.cluster.joints import GATHER
from tests.unit.cluster.test_around import both_ways, vector

TWO_EVENTS = [vector(1, 2, 3), vector(1, 2, 4), vector(2, 3, 4), vector(7, 8), vector(7, 9)]
LIKELY = ((0, 1, 0.8), (0, 2, 0.8), (1, 2, 0.7), (3, 4, 0.6), (2, 3, 0.05))


def grown(labels: list[int], apart: tuple[tuple[int, int], ...] = ()) -> Tree:
    a, b, p = both_ways(*LIKELY)
    return grow(np.array(labels), a, b, p, around(TWO_EVENTS, 10, a, b, p), apart=apart)


def leaves_below(tree: Tree, node: int) -> set[int]:
    if node < tree.leaves:
        return {node}
    joint = node - tree.leaves
    return leaves_below(tree, tree.first[joint]) | leaves_below(tree, tree.second[joint])


def branches(tree: Tree) -> list[set[int]]:
    return [leaves_below(tree, tree.leaves + joint) for joint in range(len(tree.first))]


def test_what_is_most_alike_is_joined_first() -> None:
    tree = grown([0, 1, 2, 3, 4])
    found = branches(tree)
    assert {0, 1, 2} in found
    assert {3, 4} in found
    alike = tree.columns[:, GATHER.index("alike")]
    assert (np.diff(alike) <= 1e-6).all()


def test_alike_is_the_mean_over_all_pairs_likely_or_not() -> None:
    a, b, p = both_ways((0, 1, 0.9), (1, 2, 0.9))
    drawn = around(TWO_EVENTS, 10, a, b, p)
    tree = grow(np.arange(5), a, b, p, drawn)
    last = len(tree.first) - 1
    one, two = (sorted(leaves_below(tree, half[last])) for half in (tree.first, tree.second))
    dense = drawn.toarray()
    mean = float((dense[one] @ dense[two].T).mean())
    assert tree.columns[last, GATHER.index("alike")] == pytest.approx(mean, rel=1e-4)


def test_rows_kept_apart_never_meet() -> None:
    assert not any({0, 1} <= found for found in branches(grown([0, 1, 2, 3, 4], ((0, 1),))))


def test_a_group_of_rows_is_one_leaf() -> None:
    tree = grown([0, 0, 1, 2, 3])
    assert tree.leaves == 4
    assert np.exp(tree.columns[0, GATHER.index("size_max")]) == pytest.approx(2)


def test_a_branch_is_cut_where_its_joints_speak_against_it() -> None:
    tree = grown([0, 1, 2, 3, 4])
    together = [found <= {0, 1, 2} or found <= {3, 4} for found in branches(tree)]
    labels = cut(tree, np.where(together, 2.0, -2.0)).tolist()
    assert labels[0] == labels[1] == labels[2] != labels[3] == labels[4]


def test_a_doubtful_joint_is_made_good_by_those_above() -> None:
    tree = grown([0, 1, 2, 3, 4])
    odds = np.full(len(tree.first), 2.0)
    odds[0] = -0.5
    assert len(set(cut(tree, odds)[:3].tolist())) == 1
    odds[0] = -50.0
    assert len(set(cut(tree, odds)[:3].tolist())) > 1


def test_articles_without_any_likely_pair_are_leaves_alone() -> None:
    none = np.zeros(0, np.int64)
    drawn = around(TWO_EVENTS, 10, none, none, np.zeros(0))
    tree = grow(np.arange(5), none, none, np.zeros(0), drawn)
    assert (tree.leaves, tree.first) == (5, ())
    assert cut(tree, np.zeros(0)).tolist() == [0, 1, 2, 3, 4]
