//! What is drawn, for every kind of chart and for odd numbers.

use super::{geometry::Axis, *};

const SIZE: Size = Size { width: 600, height: 240 };

const ALL: [Kind; 7] =
    [Kind::Bars, Kind::StackedBars, Kind::HorizontalBars, Kind::Histogram, Kind::Lines, Kind::Areas, Kind::Sparkline];

/// Series in the first colours.
fn series(values: &[&[f64]]) -> Vec<Series> {
    let named = |(index, values): (usize, &&[f64])| Series {
        name: index.to_string(),
        color: Color::Series(index),
        values: values.to_vec(),
    };
    values.iter().enumerate().map(named).collect()
}

fn sized(kind: Kind, values: &[&[f64]], size: Size) -> Drawing {
    let series = series(values);
    let drawing = Chart { kind, series: &series, size, whole: false, label_width: 60, anchor: Anchor::First }.draw();
    assert_sound(&drawing, size);
    drawing
}

fn draw(kind: Kind, values: &[&[f64]]) -> Drawing {
    sized(kind, values, SIZE)
}

/// An element of a drawing: its name, its attributes, and the classes of the group that it is in.
#[derive(Debug)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    group: String,
}

impl Element {
    fn get(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// What is no whole number is far outside of every drawing.
    fn number(&self, name: &str) -> i32 {
        self.get(name).parse().unwrap_or(i32::MIN)
    }

    fn points(&self) -> Vec<(i32, i32)> {
        let point = |text: &str| text.split_once(',').and_then(|(x, y)| Some((x.parse().ok()?, y.parse().ok()?)));
        self.get("points").split(' ').map(|text| point(text).unwrap_or((i32::MIN, i32::MIN))).collect()
    }
}

/// Reads what is well-formed; none for all else. There is no text between the elements.
fn parsed(svg: &str) -> Option<Vec<Element>> {
    let (mut open, mut elements): (Vec<(String, String)>, _) = (Vec::new(), Vec::new());
    let mut rest = svg;
    while !rest.is_empty() {
        let (tag, after) = rest.strip_prefix('<')?.split_once('>')?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            let (opened, _) = open.pop()?;
            if opened != name || (open.is_empty() && !rest.is_empty()) {
                return None;
            }
            continue;
        }
        let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, mut list) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut attributes: Vec<(String, String)> = Vec::new();
        while !list.is_empty() {
            let (attribute, after) = list.split_once("=\"")?;
            let (value, after) = after.split_once('"')?;
            if value.contains(['<', '&']) || attributes.iter().any(|(known, _)| known == attribute) {
                return None;
            }
            attributes.push((attribute.to_owned(), value.to_owned()));
            list = after.strip_prefix(' ').unwrap_or(after);
        }
        let group = open.last().map_or(String::new(), |(_, class)| class.clone());
        let element = Element { name: name.to_owned(), attributes, group };
        if !closed {
            open.push((name.to_owned(), element.get("class").to_owned()));
        }
        elements.push(element);
    }
    open.is_empty().then_some(elements)
}

fn read(svg: &str) -> Vec<Element> {
    let elements = parsed(svg);
    assert!(elements.is_some(), "not well-formed: {svg}");
    elements.unwrap_or_default()
}

fn of_group(drawing: &Drawing, group: &str) -> Vec<Element> {
    let mut elements = read(drawing.svg.as_str());
    elements.retain(|element| element.group == group);
    elements
}

/// `(x, y, width, height)` of the bars of a series, in units.
fn bars(drawing: &Drawing, series: usize) -> Vec<(i32, i32, i32, i32)> {
    of_group(drawing, &format!("gw-bars gw-series-{}", series + 1))
        .iter()
        .map(|bar| (bar.number("x"), bar.number("y"), bar.number("width"), bar.number("height")))
        .collect()
}

/// The points of the pieces of a series, in units.
fn pieces(drawing: &Drawing, shape: &str, series: usize) -> Vec<Vec<(i32, i32)>> {
    let group = format!("gw-{shape} gw-series-{}", series + 1);
    of_group(drawing, &group).iter().map(Element::points).collect()
}

/// Whatever was given: well-formed, in whole numbers, nothing outside, all in colours of the style sheet, no label astray.
fn assert_sound(drawing: &Drawing, size: Size) {
    let (width, height) = size.units();
    let svg = drawing.svg.as_str();
    let elements = read(svg);
    assert_eq!((elements[0].name.as_str(), elements[0].get("viewBox")), ("svg", &*format!("0 0 {width} {height}")));
    assert_eq!((elements[0].get("aria-hidden"), elements[0].get("focusable")), ("true", "false"));
    assert!(!svg.contains("style=") && !svg.contains("fill=") && !svg.contains('#'), "the style sheet colours: {svg}");
    for element in &elements[1..] {
        let corners = match element.name.as_str() {
            "g" => continue,
            "rect" => {
                let (x, y) = (element.number("x"), element.number("y"));
                assert!(element.number("width") > 0 && element.number("height") > 0, "{element:?}");
                vec![(x, y), (x + element.number("width"), y + element.number("height"))]
            }
            _ => {
                assert_eq!(element.get("vector-effect"), "non-scaling-stroke");
                element.points()
            }
        };
        for (x, y) in corners {
            assert!((0..=width).contains(&x) && (0..=height).contains(&y), "{element:?} is in {width} × {height}");
        }
    }
    let percent = |number: f64| (0.0..=100.0).contains(&number);
    assert!(drawing.y_labels.iter().all(|(at, value)| percent(*at) && value.is_finite()), "{:?}", drawing.y_labels);
    assert!(drawing.x_labels.iter().all(|label| percent(label.at)), "{:?}", drawing.x_labels);
    assert!(drawing.ends.iter().flatten().flatten().all(|end| percent(*end)), "{:?}", drawing.ends);
}

#[test]
fn the_reader_refuses_what_is_not_well_formed() {
    assert!(parsed("<svg a=\"1\" b=\"\"><g><rect/></g></svg>").is_some_and(|elements| elements.len() == 3));
    for broken in [
        "<svg>",
        "<svg></g>",
        "<svg></svg><svg></svg>",
        "<svg>text</svg>",
        "<svg a=\"<\"></svg>",
        "<svg><rect></svg>",
        "<svg a></svg>",
        "<svg a=\"1\" a=\"2\"></svg>",
    ] {
        assert!(parsed(broken).is_none(), "{broken}");
    }
}

#[test]
fn bars_are_as_high_as_their_values() {
    let drawing = draw(Kind::Bars, &[&[10.0, 5.0, 0.0, 0.000_001]]);
    let heights: Vec<i32> = bars(&drawing, 0).iter().map(|bar| bar.3).collect();
    assert_eq!(heights, [960, 480, SCALE], "nothing has no bar, and next to nothing a pixel");
    assert!(bars(&drawing, 0).iter().all(|bar| bar.1 + bar.3 == 960), "a bar stands on the bottom");
    assert_eq!(drawing.ends[0][..3], [Some(100.0), Some(50.0), Some(0.0)]);
}

#[test]
fn bars_of_several_series_stand_side_by_side() {
    let drawing = draw(Kind::Bars, &[&[1.0, 2.0], &[2.0, 1.0], &[1.0, 1.0]]);
    for category in 0..2 {
        let ends: Vec<(i32, i32)> =
            (0..3).map(|series| bars(&drawing, series)[category]).map(|bar| (bar.0, bar.0 + bar.2)).collect();
        assert!(ends[0].1 <= ends[1].0 && ends[1].1 <= ends[2].0, "{ends:?}");
    }
    assert_eq!(bars(&drawing, 0)[1].3, bars(&drawing, 1)[0].3);
}

#[test]
fn stacked_bars_are_in_proportion_and_as_high_as_their_sum() {
    let drawing = draw(Kind::StackedBars, &[&[60.0, 30.0, 50.0], &[40.0, 20.0, 0.0]]);
    let (below, above) = (bars(&drawing, 0), bars(&drawing, 1));
    assert_eq!(below.iter().map(|bar| bar.3).collect::<Vec<_>>(), [576, 288, 480]);
    assert_eq!(above.iter().map(|bar| bar.3 + SCALE).collect::<Vec<_>>(), [384, 192], "less the gap");
    for (below, above) in below.iter().zip(&above) {
        assert_eq!(above.1 + above.3, below.1 - SCALE, "a pixel is free between the two");
        assert_eq!((above.0, above.2), (below.0, below.2), "both are as wide");
    }
    assert_eq!(above[0].1, 0, "the largest sum reaches the top");
    assert_eq!(drawing.ends, [[Some(60.0), Some(30.0), Some(50.0)], [Some(100.0), Some(50.0), Some(50.0)]]);
}

#[test]
fn what_is_next_to_nothing_is_a_pixel_and_the_sum_stays() {
    for (parts, heights) in [
        (&[1e6, 1.0][..], &[960 - 8, 4][..]),
        (&[1.0, 1e6], &[4, 960 - 8]),
        (&[1.0, 1e6, 1.0, 1.0], &[4, 960 - 4 - 3 * 4 - 2 * 4, 4, 4]),
        (&[0.0, 5.0], &[960]),
        (&[5.0, 0.0], &[960]),
        (&[1.0, 0.0, 1.0], &[480, 476]),
    ] {
        let columns: Vec<[f64; 1]> = parts.iter().map(|part| [*part]).collect();
        let columns: Vec<&[f64]> = columns.iter().map(|column| &column[..]).collect();
        let most: f64 = parts.iter().sum();
        let axis = Axis::new(most, 960);
        let spans = axis.stack(parts);
        let found: Vec<i32> = spans.iter().map(|(low, high)| high - low).filter(|height| *height > 0).collect();
        assert_eq!(found, heights, "{parts:?}");
        assert_eq!(spans.last().map(|span| span.1), Some(960), "{parts:?}");
        let drawing = draw(Kind::StackedBars, &columns);
        let drawn = (0..parts.len()).map(|series| bars(&drawing, series).len()).sum::<usize>();
        assert_eq!(drawn, heights.len(), "{parts:?}");
    }
}

#[test]
fn a_stack_without_room_stays_inside() {
    for size in [Size { width: 1, height: 1 }, Size { width: 3, height: 5 }] {
        for kind in ALL {
            sized(kind, &[&[1.0, 0.0], &[1.0, 1.0], &[0.0, 1.0], &[1.0, 1.0], &[1.0, 9.0]], size);
        }
    }
}

#[test]
fn the_largest_horizontal_bar_is_as_long_as_the_drawing() {
    // The bar of 52 % was once 82 % wide, as it was scaled to a rounded axis.
    let drawing = draw(Kind::HorizontalBars, &[&[5.2, 2.6, 0.0, 0.000_001]]);
    let found: Vec<(i32, i32)> = bars(&drawing, 0).iter().map(|bar| (bar.0, bar.2)).collect();
    assert_eq!(found, [(0, 2400), (0, 1200), (0, SCALE)]);
    assert_eq!(drawing.bands, [(0.0, 25.0), (25.0, 25.0), (50.0, 25.0), (75.0, 25.0)]);
    assert!(drawing.x_labels.is_empty() && drawing.y_labels.is_empty());
    assert!(of_group(&drawing, "gw-grid").is_empty(), "there is no axis whose lines would mean something");
    for (bar, (top, height)) in bars(&drawing, 0).iter().zip([(0.0, 25.0), (25.0, 25.0), (75.0, 25.0)]) {
        let middle = f64::from(bar.1) + f64::from(bar.3) / 2.0;
        assert_eq!(middle, (top + height / 2.0) / 100.0 * 960.0, "in the middle of its band");
    }
}

#[test]
fn horizontal_bars_of_several_series_follow_each_other() {
    let drawing = draw(Kind::HorizontalBars, &[&[6.0, 1.0], &[4.0, 1.0]]);
    assert_eq!(bars(&drawing, 0).iter().map(|bar| (bar.0, bar.2)).collect::<Vec<_>>(), [(0, 1440), (0, 240)]);
    assert_eq!(bars(&drawing, 1).iter().map(|bar| (bar.0, bar.2)).collect::<Vec<_>>(), [(1444, 956), (244, 236)]);
}

#[test]
fn the_columns_of_a_histogram_touch_and_its_labels_are_at_the_edges() {
    let drawing = draw(Kind::Histogram, &[&[1.0, 4.0, 2.0]]);
    let found: Vec<(i32, i32)> = bars(&drawing, 0).iter().map(|bar| (bar.0, bar.0 + bar.2)).collect();
    assert_eq!(found, [(0, 796), (800, 1596), (1600, 2396)], "but for a pixel");
    let labels: Vec<(f64, usize)> = drawing.x_labels.iter().map(|label| (label.at.round(), label.index)).collect();
    assert_eq!(labels, [(0.0, 0), (33.0, 1), (67.0, 2), (100.0, 3)]);
    let aligned: Vec<Align> = drawing.x_labels.iter().map(|label| label.align).collect();
    assert_eq!(aligned, [Align::Start, Align::Middle, Align::Middle, Align::End]);
}

#[test]
fn a_line_goes_through_the_middles_of_its_categories() {
    let drawing = draw(Kind::Lines, &[&[0.0, 10.0, 5.0], &[10.0, 10.0, 10.0]]);
    assert_eq!(pieces(&drawing, "lines", 0), [[(400, 960), (1200, 0), (2000, 480)]]);
    assert_eq!(pieces(&drawing, "lines", 1), [[(400, 0), (1200, 0), (2000, 0)]]);
}

#[test]
fn a_missing_value_breaks_the_line_and_is_not_zero() {
    let drawing = draw(Kind::Lines, &[&[10.0, 10.0, f64::NAN, 5.0, f64::INFINITY, 0.0, 10.0]]);
    let found = pieces(&drawing, "lines", 0);
    assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2]);
    let alone = &found[1];
    assert!(alone[0].0 + SCALE == alone[1].0 && alone[0].1 == 480, "a value between two gaps is seen: {alone:?}");
    assert_eq!(drawing.ends[0][2], None);
    assert_eq!(drawing.ends[0][5], Some(0.0));
}

#[test]
fn a_shorter_series_ends_early() {
    let drawing = draw(Kind::Lines, &[&[1.0, 1.0], &[1.0, 1.0, 1.0, 1.0]]);
    assert_eq!((pieces(&drawing, "lines", 0)[0].len(), pieces(&drawing, "lines", 1)[0].len()), (2, 4));
    assert_eq!(drawing.bands.len(), 4);
}

#[test]
fn areas_stand_on_each_other() {
    let drawing = draw(Kind::Areas, &[&[6.0, 6.0], &[4.0, 0.0]]);
    assert_eq!(pieces(&drawing, "areas", 0), [[(600, 384), (1800, 384), (1800, 960), (600, 960)]]);
    let above = &pieces(&drawing, "areas", 1)[0];
    assert_eq!((above[0], above[3]), ((600, 0), (600, 384 - SCALE)));
    assert_eq!((above[1], above[2]), ((1800, 384), (1800, 384)), "nothing has no height");
    let broken = draw(Kind::Areas, &[&[6.0, f64::NAN, 6.0], &[4.0, 4.0, 4.0]]);
    assert_eq!((pieces(&broken, "areas", 0).len(), pieces(&broken, "areas", 1).len()), (2, 1));
}

/// The points of a sparkline of 100 by 25 pixels.
fn spark(values: &[f64]) -> Vec<Vec<(i32, i32)>> {
    pieces(&sized(Kind::Sparkline, &[values], Size { width: 100, height: 25 }), "lines", 0)
}

#[test]
fn a_sparkline_runs_from_edge_to_edge() {
    assert_eq!(spark(&[0.0, 1.0, 0.5]), [[(0, 94), (200, 6), (400, 50)]]);
    assert_eq!(spark(&[5.0]), [[(0, 6), (400, 6)]]);
    assert_eq!(spark(&[0.0]), [[(0, 94), (400, 94)]]);
    assert_eq!(spark(&[0.0, 0.0]), [[(0, 94), (400, 94)]]);
    assert_eq!(spark(&[]), Vec::<Vec<(i32, i32)>>::new());
    assert_eq!(spark(&[2.0, -5.0]), [[(0, 6), (400, 94)]]);
    assert_eq!(spark(&[1.0, 1.0, f64::NAN, 0.0, 1.0]).len(), 2);
    let drawing = draw(Kind::Sparkline, &[&[1.0, 2.0]]);
    assert_eq!(pieces(&drawing, "shade", 0)[0][2..], [(2400, 960), (0, 960)], "the area reaches the bottom");
    assert!(drawing.x_labels.is_empty() && drawing.y_labels.is_empty());
}

#[test]
fn bars_stay_inside_their_bands() {
    for kind in [Kind::Bars, Kind::StackedBars, Kind::Histogram] {
        for count in [1, 2, 7, 24, 30, 365] {
            let drawing = draw(kind, &[&vec![1.0; count], &vec![1.0; count]]);
            assert_eq!(drawing.bands.len(), count);
            for series in 0..2 {
                let bars = bars(&drawing, series);
                assert_eq!(bars.len(), count);
                for (bar, (left, width)) in bars.iter().zip(&drawing.bands) {
                    // To the unit: a band's edge is rounded down.
                    assert!(f64::from(bar.0) >= left * 24.0 - 1.0, "{kind:?} of {count}: {bar:?}");
                    assert!(f64::from(bar.0 + bar.2) <= (left + width) * 24.0 + 1.0, "{kind:?} of {count}: {bar:?}");
                }
            }
        }
    }
}

#[test]
fn ten_thousand_values_are_drawn_by_the_pixel_and_none_that_stands_out_is_lost() {
    let mut values = vec![1.0; 10_000];
    values[4_321] = 50.0;
    for kind in ALL {
        let drawing = sized(kind, &[&values], Size { width: 600, height: 1_000 });
        assert!(drawing.svg.as_str().len() < 120_000, "{kind:?}: {}", drawing.svg.as_str().len());
        assert_eq!((drawing.bands.len(), drawing.ends[0].len()), (10_000, 10_000));
        let reaches = match kind {
            Kind::HorizontalBars => bars(&drawing, 0).iter().any(|bar| bar.2 == 2400),
            Kind::Lines | Kind::Sparkline => pieces(&drawing, "lines", 0)[0].iter().any(|point| point.1 <= 6),
            Kind::Areas => pieces(&drawing, "areas", 0)[0].iter().any(|point| point.1 == 0),
            _ => bars(&drawing, 0).iter().any(|bar| bar.3 == 4_000),
        };
        assert!(reaches, "{kind:?} shows the largest");
    }
    // A line also shows what is lowest.
    values[7_777] = 0.0;
    let drawing = draw(Kind::Lines, &[&values]);
    assert!(pieces(&drawing, "lines", 0)[0].iter().any(|point| point.1 == 960));
}

#[test]
fn the_grid_has_a_line_for_each_label() {
    let drawing = draw(Kind::Bars, &[&[10.0]]);
    let values: Vec<f64> = drawing.y_labels.iter().map(|(_, value)| *value).collect();
    assert_eq!(values, [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
    for (at, value) in &drawing.y_labels {
        assert!((at - (100.0 - value * 10.0)).abs() < 1e-9);
    }
    let lines: Vec<i32> = of_group(&drawing, "gw-grid").iter().map(|line| line.points()[0].1).collect();
    assert_eq!(lines, [958, 768, 576, 384, 192, 2], "those at the edge are seen whole");
}

#[test]
fn counts_have_a_grid_of_whole_numbers() {
    let series = series(&[&[1.0, 2.0]]);
    let chart =
        Chart { kind: Kind::Bars, series: &series, size: SIZE, whole: true, label_width: 60, anchor: Anchor::Last };
    assert_eq!(chart.draw().y_labels.iter().map(|(_, value)| *value).collect::<Vec<_>>(), [0.0, 1.0, 2.0]);
    let finer = Chart { whole: false, ..chart }.draw();
    assert_eq!(finer.y_labels.iter().map(|(_, value)| *value).collect::<Vec<_>>(), [0.0, 0.5, 1.0, 1.5, 2.0]);
}

#[test]
fn zeros_give_a_calm_grid_and_nothing_at_all_gives_none() {
    for kind in [Kind::Bars, Kind::StackedBars, Kind::Histogram, Kind::Lines, Kind::Areas] {
        let zeros = draw(kind, &[&[0.0; 7]]);
        assert_eq!(of_group(&zeros, "gw-grid").len(), 5);
        assert_eq!(zeros.y_labels, [(100.0, 0.0)]);
        assert!(bars(&zeros, 0).is_empty());
        // What is not known looks otherwise: an axis would say that there was no traffic.
        for unknown in [draw(kind, &[]), draw(kind, &[&[]])] {
            assert!(of_group(&unknown, "gw-grid").is_empty() && unknown.y_labels.is_empty());
        }
    }
}

#[test]
fn the_colours_are_those_of_the_series() {
    let mut series = series(&[&[1.0], &[1.0], &[1.0]]);
    series[1].color = Color::Failed;
    series[2].color = Color::Other;
    let chart = Chart {
        kind: Kind::StackedBars,
        series: &series,
        size: SIZE,
        whole: true,
        label_width: 60,
        anchor: Anchor::Last,
    };
    let drawing = chart.draw();
    for class in ["gw-series-1", "gw-series-failed", "gw-series-other"] {
        assert_eq!(of_group(&drawing, &format!("gw-bars {class}")).len(), 1, "{class}");
    }
    assert_eq!(Color::Series(8).class(), "gw-series-1");
}

#[test]
fn no_number_breaks_a_chart() {
    let odd = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -1.0,
        -1e300,
        -0.0,
        0.0,
        f64::MIN_POSITIVE,
        1e-9,
        1e15,
        1e300,
        f64::MAX,
    ];
    let sizes =
        [SIZE, Size { width: 0, height: 0 }, Size { width: 1, height: 1 }, Size { width: u32::MAX, height: u32::MAX }];
    for a in odd {
        for b in odd {
            for size in sizes {
                for kind in ALL {
                    sized(kind, &[&[a, b, a], &[b, 1.0], &[a]], size);
                }
            }
        }
    }
}

#[test]
fn what_is_drawn_as_zero_is_not_missing() {
    let drawing = draw(Kind::Lines, &[&[-5.0, 1e300, 10.0]]);
    assert_eq!(drawing.ends[0][0], Some(0.0));
    assert_eq!(drawing.ends[0][1], Some(100.0), "and the largest of numbers reaches the top");
    assert!(drawing.y_labels.last().is_some_and(|(_, top)| *top >= 1e300 * (1.0 - 1e-9)));
}
