//! The colours of data. They are their own, not the admin scheme's: a scheme may be red, and failures are.
//! What they look like, also where colours are forced, is `style/data.css`.

/// The colour of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// Counted from 0; the ninth has the first one's again. Neighbours are light and dark in turn, so that they are
    /// told apart in a stack.
    Series(usize),
    Failed,
    /// What is left over, on top of an even number of series.
    Other,
}

impl Color {
    /// Sets `--gw-data` for an element and what is in it.
    pub fn class(self) -> &'static str {
        match self {
            Color::Series(index) => SERIES[index % SERIES.len()],
            Color::Failed => "gw-series-failed",
            Color::Other => "gw-series-other",
        }
    }
}

const SERIES: [&str; 8] = [
    "gw-series-1",
    "gw-series-2",
    "gw-series-3",
    "gw-series-4",
    "gw-series-5",
    "gw-series-6",
    "gw-series-7",
    "gw-series-8",
];

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: &str = include_str!("../../../style/data.css");

    /// Sums of red, green and blue without one kind of cones: Machado, Oliveira and Fernandes 2009, at full severity.
    const VISIONS: [(&str, [[f64; 3]; 3]); 4] = [
        ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "protanopia",
            [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
        ),
        (
            "deuteranopia",
            [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
        ),
        (
            "tritanopia",
            [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        ),
    ];

    /// Oklab, whose distances are those that people see; 0.02 is just seen side by side.
    const LEAST_DISTANCE: f64 = 0.07;

    /// WCAG 2.1, 1.4.11.
    const LEAST_CONTRAST: f64 = 3.0;

    type Linear = [f64; 3];

    const WHITE: Linear = [1.0, 1.0, 1.0];

    /// The colour of a series, as linear light.
    fn color(name: &str) -> Linear {
        let hex = STYLE.split_once(&format!("--gw-data-{name}: #")).map_or("", |(_, rest)| &rest[..6]);
        let channel = |at: usize| {
            let value = u8::from_str_radix(hex.get(at..at + 2).unwrap_or(""), 16);
            assert!(value.is_ok(), "data.css has a colour of six digits for {name}");
            let value = f64::from(value.unwrap_or(0)) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        [channel(0), channel(2), channel(4)]
    }

    fn mixed(rows: &[[f64; 3]; 3], color: Linear) -> [f64; 3] {
        rows.map(|row| row[0] * color[0] + row[1] * color[1] + row[2] * color[2])
    }

    fn contrast(a: Linear, b: Linear) -> f64 {
        let light = |color: Linear| 0.2126 * color[0] + 0.7152 * color[1] + 0.0722 * color[2] + 0.05;
        light(a).max(light(b)) / light(a).min(light(b))
    }

    fn oklab(color: Linear) -> [f64; 3] {
        let cones = mixed(
            &[
                [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
                [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
                [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
            ],
            color,
        );
        mixed(
            &[
                [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
                [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
                [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
            ],
            cones.map(f64::cbrt),
        )
    }

    fn distance(a: Linear, b: Linear, vision: &[[f64; 3]; 3]) -> f64 {
        let seen = |color| oklab(mixed(vision, color).map(|channel| channel.clamp(0.0, 1.0)));
        let (a, b) = (seen(a), seen(b));
        (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum::<f64>().sqrt()
    }

    const NAMES: [&str; 10] = ["1", "2", "3", "4", "5", "6", "7", "8", "failed", "other"];

    #[test]
    fn the_measures_are_the_known_ones() {
        let (black, red, green) = ([0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]);
        assert!((contrast(WHITE, black) - 21.0).abs() < 1e-9);
        assert!((contrast(WHITE, red) - 3.998).abs() < 1e-3);
        assert!((oklab(WHITE)[0] - 1.0).abs() < 1e-3 && oklab(WHITE)[1].abs() < 1e-3);
        assert!((oklab(red)[0] - 0.628).abs() < 1e-3);
        let green = green.map(|channel| channel * 0.2126 / 0.7152);
        assert!(
            distance(red, green, &VISIONS[0].1) > 2.0 * distance(red, green, &VISIONS[2].1),
            "red and green are close"
        );
    }

    #[test]
    fn every_colour_is_seen_on_the_panel() {
        for name in NAMES {
            let found = contrast(color(name), WHITE);
            assert!(found >= LEAST_CONTRAST, "--gw-data-{name} has {found:.2}:1 on white");
        }
    }

    #[test]
    fn neighbours_in_a_stack_are_told_apart_by_lightness() {
        let mut neighbours: Vec<(&str, &str)> = NAMES[..8].windows(2).map(|pair| (pair[0], pair[1])).collect();
        neighbours.extend([("1", "failed"), ("2", "other"), ("4", "other"), ("6", "other"), ("8", "other")]);
        for (below, above) in neighbours {
            let found = contrast(color(below), color(above));
            assert!(found >= LEAST_CONTRAST, "--gw-data-{below} and --gw-data-{above} have {found:.2}:1");
        }
    }

    #[test]
    fn no_two_colours_look_alike_to_anybody() {
        for (vision, sums) in &VISIONS {
            for (index, a) in NAMES.iter().enumerate() {
                for b in &NAMES[..index] {
                    let found = distance(color(a), color(b), sums);
                    assert!(found >= LEAST_DISTANCE, "--gw-data-{a} and --gw-data-{b}: {found:.3} with {vision}");
                }
            }
        }
    }

    /// The declarations of a rule.
    fn rule<'a>(style: &'a str, selector: &str) -> &'a str {
        let start = format!("{selector} {{");
        style.split_once(&start).and_then(|(_, rest)| rest.split_once('}')).map_or("", |(rule, _)| rule)
    }

    #[test]
    fn each_series_has_a_look_of_its_own_also_in_forced_colours() {
        let (plain, forced) = STYLE.split_once("forced-colors: active").unwrap_or_default();
        let mut looks = Vec::new();
        for color in (0..8).map(Color::Series).chain([Color::Failed, Color::Other]) {
            let selector = format!(".{}", color.class());
            let name = color.class().trim_start_matches("gw-series-");
            assert_eq!(rule(plain, &selector).trim(), format!("--gw-data: var(--gw-data-{name});"));
            let look = rule(forced, &selector).trim();
            for part in ["--gw-data: ", "--gw-edge: ", "--gw-dash: ", "--gw-border: "] {
                assert!(look.contains(part), "{selector} has {part} where colours are forced");
            }
            assert!(!look.contains('#') && !look.contains("var("), "{selector} has colours of the system: {look}");
            assert!(!looks.contains(&look), "{selector} looks like another one: {look}");
            looks.push(look);
        }
        let full = |index: usize| !looks[index].starts_with("--gw-data: Canvas;");
        for index in 0..8 {
            assert_eq!(full(index), index % 2 == 0, "full and hollow take turns");
        }
        assert!(!full(8) && full(9), "a failure is not full as the first is, nor is the rest hollow");
    }

    #[test]
    fn each_shape_has_its_rules() {
        for shape in ["gw-bars", "gw-areas", "gw-shade", "gw-lines", "gw-swatch"] {
            assert!(rule(STYLE, &format!(".{shape}")).contains("var(--gw-data)"), ".{shape} in data.css");
        }
    }
}
