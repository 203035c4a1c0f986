"""The picture of a soak shows what was sampled."""

from xml.etree import ElementTree

from benchmarks.pictures import HEIGHT, LEFT, RIGHT, WIDTH, Chart, draw_charts

SVG = "{http://www.w3.org/2000/svg}"


def test_lines_go_from_the_first_moment_to_the_last_and_begin_at_nothing() -> None:
    charts = [Chart("Memory, MB", [50, 100, 75]), Chart("a < b & c", [0, 0, 0])]
    picture = ElementTree.fromstring(draw_charts("Ten minutes", [0, 5, 10], charts))
    memory, nothing = (
        [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
        for line in picture.iter(f"{SVG}polyline")
    )
    assert [x for x, _ in memory] == [LEFT, (LEFT + WIDTH - RIGHT) / 2, WIDTH - RIGHT]
    heights = [y for _, y in memory]
    assert heights[0] - heights[1] == HEIGHT / 2
    assert heights[2] - heights[1] == HEIGHT / 4
    assert len({y for _, y in nothing}) == 1
    words = [text.text for text in picture.iter(f"{SVG}text")]
    assert "Memory, MB: at most 100, in the end 75" in words
    assert words[0] == "Ten minutes"
    assert "10 min" in words
