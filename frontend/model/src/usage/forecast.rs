//! What a month will have cost when it is over.
//!
//! Each day to come is taken to be like the same day of the week in the last four weeks, on average. Where each of these weeks
//! cost more than the one before, or each less, that goes on, weaker from week to week. The tests measure it against the
//! guess that the rest of the month will be like its beginning.

/// So many whole days are looked at, the last ones.
pub const LOOK_BACK: usize = 28;

/// With fewer whole days nothing is reckoned.
pub const FEWEST: usize = 3;

/// A week is taken to cost at most so many times the one before, and at least the inverse.
const STEEPEST: f64 = 1.5;

/// A day that cost more than so many times the one in the middle is a spike.
const SPIKE: f64 = 3.0;

/// So much of a week's growth is left in the next.
const DAMPED: f64 = 0.9;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// US dollars at the end of the month.
    pub total: f64,
    pub method: Method,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Method {
    /// The average of so many whole days, as there are no two weeks yet.
    Average(usize),
    /// The same days of the week, of so many weeks.
    Weekdays(usize),
    /// The same, and each week so many times the one before.
    Trend(f64),
}

/// `past`: what each whole day cost, oldest first, yesterday last. `month`: how many of the last of them are of this month.
/// `today`: what it cost so far. `left`: the days of the month that are not over, with today. None where too little is known.
pub fn month_end(past: &[f64], month: usize, today: f64, left: usize) -> Option<Forecast> {
    let so_far: f64 = past[past.len().saturating_sub(month)..].iter().sum();
    // Before its first call the gateway was not there.
    let first = past.iter().position(|cost| *cost > 0.0)?;
    let known = &capped(&past[first.max(past.len().saturating_sub(LOOK_BACK))..]);
    if known.len() < FEWEST {
        return None;
    }
    let weeks = known.len() / 7;
    let growth = if weeks == 4 { growth(known) } else { 1.0 };
    let mut total = so_far;
    for ahead in 0..left {
        let day = day_to_come(known, if weeks < 2 { 0 } else { weeks }, ahead, growth);
        // Today may be past that already.
        total += if ahead == 0 { day.max(today) } else { day };
    }
    let method = match weeks {
        0 | 1 => Method::Average(known.len()),
        _ if growth != 1.0 => Method::Trend(growth),
        _ => Method::Weekdays(weeks),
    };
    Some(Forecast { total, method })
}

/// The days, of which none counts for more than three times the one in the middle: a spike does not come again by itself.
fn capped(days: &[f64]) -> Vec<f64> {
    let order = crate::order::sorted(days.len(), &|a, b| days[a as usize].total_cmp(&days[b as usize]));
    let middle = order.get(days.len() / 2).map_or(0.0, |at| days[*at as usize]);
    let most = if middle > 0.0 { SPIKE * middle } else { f64::INFINITY };
    days.iter().map(|day| day.min(most)).collect()
}

/// How many times the week before each week cost, where all four rise or all fall; else 1.
fn growth(known: &[f64]) -> f64 {
    let week = |index: usize| known[7 * index..7 * (index + 1)].iter().sum::<f64>();
    let weeks = [week(0), week(1), week(2), week(3)];
    let rises = weeks.windows(2).all(|two| two[0] < two[1]);
    let falls = weeks.windows(2).all(|two| two[0] > two[1]);
    if !(rises || falls) || weeks[0] <= 0.0 || weeks[3] <= 0.0 {
        return 1.0;
    }
    (weeks[3] / weeks[0]).cbrt().clamp(1.0 / STEEPEST, STEEPEST)
}

/// `weeks`: of how many the same day of the week is looked at; 0: the average of all days.
fn day_to_come(known: &[f64], weeks: usize, ahead: usize, growth: f64) -> f64 {
    if weeks == 0 {
        return known.iter().sum::<f64>() / known.len() as f64;
    }
    let mut sum = 0.0;
    for back in 1..=weeks {
        // As many weeks ago that the day is known; of later weeks the same.
        let past = 7 * back - 1 - ahead % 7;
        let weeks_between = back + ahead / 7;
        sum += known[known.len() - 1 - past] * growth.powf(damped(weeks_between));
    }
    sum / weeks as f64
}

/// How many weeks of full growth so many weeks of weakening growth are.
fn damped(weeks: usize) -> f64 {
    (1.0 - DAMPED.powi(weeks as i32)) / (1.0 - DAMPED)
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    /// Numbers from 0 to 1 that are always the same.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as f64 / (1_u64 << 31) as f64
        }
    }

    /// What a day costs, by its number; the noise is 15 % either way.
    type Shape = fn(usize) -> f64;

    fn weekly(day: usize) -> f64 {
        [120.0, 125.0, 120.0, 115.0, 100.0, 30.0, 25.0][day % 7]
    }

    const HISTORIES: [(&str, Shape); 6] = [
        // As dev/litellm/seed makes it: fewer on Saturday and Sunday, and a few more lately.
        ("seeded", |day| (if day % 7 > 4 { 35.0 } else { 100.0 }) * (1.0 + day as f64 / 600.0)),
        ("even", |_| 100.0),
        ("a weekly rhythm", weekly),
        ("growth", |day| 30.0 * 1.015_f64.powi(day as i32)),
        ("growth with a weekly rhythm", |day| weekly(day) * 1.01_f64.powi(day as i32)),
        ("a spike", |day| weekly(day) * if day % 41 == 37 { 8.0 } else { 1.0 }),
    ];

    fn history(shape: Shape, seed: u64) -> Vec<f64> {
        let mut dice = Dice(seed);
        (0..160).map(|day| shape(day) * (0.85 + 0.3 * dice.roll())).collect()
    }

    /// The mean error, as a share of the real sum, over three months of 20 histories, looked at from the third day on.
    fn error(shape: Shape, guess: fn(&[f64], usize, usize) -> f64) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for seed in 1..=20 {
            let costs = history(shape, seed);
            for (start, length) in [(60, 31), (91, 30), (121, 31)] {
                let real: f64 = costs[start..start + length].iter().sum();
                for over in 3..length {
                    let found = guess(&costs[..start + over], over, length - over);
                    sum += (found - real).abs() / real;
                    count += 1.0;
                }
            }
        }
        sum / count
    }

    fn naive(past: &[f64], over: usize, left: usize) -> f64 {
        let so_far: f64 = past[past.len() - over..].iter().sum();
        so_far / over as f64 * (over + left) as f64
    }

    fn ours(past: &[f64], over: usize, left: usize) -> f64 {
        month_end(past, over, 0.0, left).expect("enough is known").total
    }

    /// The figures are those of doc/usage.md.
    #[test]
    fn it_is_nearer_than_the_guess_that_the_rest_is_like_the_beginning() {
        for (name, shape) in HISTORIES {
            let (ours, naive) = (error(shape, ours), error(shape, naive));
            println!("{name}: {:.1} % against {:.1} %", ours * 100.0, naive * 100.0);
            assert!(ours < naive, "{name}: {ours} against {naive}");
        }
    }

    #[test]
    fn a_week_that_repeats_is_told_to_the_cent() {
        let past: Vec<f64> = (0..40).map(weekly).collect();
        let forecast = month_end(&past, 12, 0.0, 18).expect("enough is known");
        let real: f64 = (28..58).map(weekly).sum();
        assert!((forecast.total - real).abs() < 1e-6, "{forecast:?} and {real}");
        assert_eq!(forecast.method, Method::Weekdays(4));
        // A day that cost more already than was to be thought.
        let dear = month_end(&past, 12, 1_000.0, 18).expect("enough is known");
        assert!((dear.total - real - (1_000.0 - weekly(40))).abs() < 1e-6);
    }

    #[test]
    fn little_is_known_of_a_new_gateway() {
        assert_eq!(month_end(&[], 0, 5.0, 30), None);
        assert_eq!(month_end(&[0.0; 40], 10, 0.0, 20), None);
        assert_eq!(month_end(&[0.0, 0.0, 1.0, 2.0], 4, 0.0, 20), None);
        let new = month_end(&[0.0, 0.0, 1.0, 2.0, 3.0], 3, 0.0, 2).expect("three days are enough");
        assert_eq!((new.total, new.method), (6.0 + 4.0, Method::Average(3)));
        let weeks: Vec<f64> = (0..20).map(weekly).collect();
        assert_eq!(month_end(&weeks, 20, 0.0, 1).map(|forecast| forecast.method), Some(Method::Weekdays(2)));
    }

    #[test]
    fn growth_goes_on_but_not_without_end() {
        let rising: Vec<f64> = (0..28).map(|day| 10.0 * f64::from(1 + day / 7)).collect();
        let forecast = month_end(&rising, 28, 0.0, 2).expect("enough is known");
        assert!(matches!(forecast.method, Method::Trend(growth) if growth > 1.3 && growth <= STEEPEST));
        assert!(forecast.total > rising.iter().sum::<f64>() + 2.0 * 25.0);
        let exploding: Vec<f64> = (0..28).map(|day| 10_f64.powi(day / 7)).collect();
        let forecast = month_end(&exploding, 28, 0.0, 1).expect("enough is known");
        assert_eq!(forecast.method, Method::Trend(STEEPEST));
    }
}
