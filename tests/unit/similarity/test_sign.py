from __future__ import annotations

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model.signature import Signature, SignedArticle
from aggregator.similarity.minhash import estimated_resemblance, sketch, values
from aggregator.similarity.sign import RECIPE, sampled_passages, sign, sign_many, text_digest
from aggregator.text.folding import fold
from aggregator.text.shingles import shingle_hash, shingle_hashes

REPORT = (
    "The harbour authority of Port Ellen said on Tuesday that the ferry terminal would stay shut "
    "until engineers had examined the two cracked piles under its southern pier. Passengers are "
    "taken to Kennacraig by bus. The piles were found by divers who looked for a lost anchor."
)
REWRITTEN = REPORT.replace("Tuesday", "Wednesday").replace("cracked piles", "broken piles")


def article(text: str, title: str = "Ferry terminal shut") -> SignedArticle:
    return SignedArticle(id="a", title=title, text=text)


def public_sketch(text: str) -> MinHash:
    """The sketch datasketch's own class makes, shingle by shingle."""
    folded = fold(text)
    made = MinHash(num_perm=128, hashfunc=shingle_hash)
    for start in range(max(len(folded) - 4, 1)):
        made.update(folded[start : start + 5])
    return made


def loaded(copy: bytes) -> MinHash:
    return MinHash(hashvalues=values(copy), scheme="affine32", hashfunc=shingle_hash)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=300).filter(lambda text: fold(text) != ""))
def test_sketch_is_bit_for_bit_what_datasketch_makes(text: str) -> None:
    ours = values(sketch(shingle_hashes(fold(text))))
    assert np.array_equal(ours, public_sketch(text).hashvalues)


def test_a_signature_loads_into_the_public_classes_and_compares_there() -> None:
    ours, other = sign(article(REPORT)), sign(article(REWRITTEN))
    theirs = public_sketch(f"Ferry terminal shut\n{REWRITTEN}")
    expected = public_sketch(f"Ferry terminal shut\n{REPORT}").jaccard(theirs)
    assert loaded(ours.copy).jaccard(theirs) == expected
    assert LeanMinHash(loaded(ours.copy)).jaccard(LeanMinHash(theirs)) == expected
    assert estimated_resemblance(ours.copy, other.copy) == expected
    assert 0.6 < expected < 1.0


def test_long_texts_are_sketched_in_blocks_without_a_seam() -> None:
    text = " ".join(f"word{number}" for number in range(3000))
    assert np.array_equal(
        values(sign(article(text)).copy), public_sketch(f"Ferry terminal shut\n{text}").hashvalues
    )


@pytest.mark.parametrize("text", ["Live", "Letters to the editor", "7"])
def test_texts_under_four_content_tokens_have_a_digest_and_no_sketch(text: str) -> None:
    signature = sign(SignedArticle(id="a", title=text, text=""))
    assert signature.copy == b""
    assert len(sampled_passages(signature)) == 0
    assert len(text_digest(signature)) == 8


@pytest.mark.parametrize("text", ["", "   ", "!?", "—"])
def test_texts_that_say_nothing_have_nothing_to_be_found_by(text: str) -> None:
    assert sign(SignedArticle(id="a", title=text, text="")) == Signature(recipe=RECIPE)


def test_no_sketch_resembles_nothing() -> None:
    empty = sign(article("", title=""))
    assert estimated_resemblance(empty.copy, empty.copy) == 0.0
    assert sketch(shingle_hashes("")) == b""


def test_typography_does_not_change_a_signature() -> None:
    plain = sign(article("Ferry  terminal\u00a0shut in PORT ELLEN, officials say"))
    assert plain == sign(article("ferry terminal shut in port ellen, officials say"))


def test_signatures_name_their_recipe_and_come_in_order() -> None:
    made = list(sign_many([article(REPORT), article(REWRITTEN)]))
    assert made == [sign(article(REPORT)), sign(article(REWRITTEN))]
    assert {signature.recipe for signature in made} == {RECIPE}


def test_a_summary_shares_passages_with_the_long_report_it_opens() -> None:
    filler = " ".join(f"Sentence {n} tells of matter number {n * 7}." for n in range(300))
    whole, opening = sign(article(f"{REPORT}\n{filler}")), sign(article(REPORT))
    shared = np.intersect1d(sampled_passages(whole), sampled_passages(opening))
    assert len(shared) >= 3
