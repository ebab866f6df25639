from headroom.compressors import log_counters, log_lines, log_templates


def unlike(texts: list[str]) -> set[int]:
    lines = log_lines.read("\n".join(texts))
    templates = log_templates.mine(lines)
    values = [log_templates.parameters(template, lines.bares) for template in templates]
    return set(log_counters.unlike(lines, templates, values))


def log() -> list[str]:
    said = ("was saved", "went out to the customer")
    return [
        f"2026-03-14 10:{at // 60:02d}:{at % 60:02d} order {41_000 + at} {said[at % 3 % 2]} ({at * 7919:08x}a)"
        for at in range(300)
    ]


def test_a_counter_in_several_forms_of_lines() -> None:
    assert unlike(log()) == set()


def test_the_line_after_a_gap() -> None:
    texts = log()
    assert unlike(texts[:150] + texts[154:]) == {150}


def test_an_id_that_comes_twice() -> None:
    texts = log()
    texts[200] = texts[200].replace("41200", "41195")
    texts[102] = texts[102].replace(f"{102 * 7919:08x}a", f"{90 * 7919:08x}a")
    assert {195, 200, 90, 102} <= unlike(texts)
