//! Putting many things in order. A sort of the library's is three kilobytes for each type.

use std::cmp::Ordering;

/// The numbers from 0 to `count` in the order of what they stand for. What is equal stays as it stands.
pub fn sorted(count: usize, compare: &dyn Fn(u32, u32) -> Ordering) -> Vec<u32> {
    let mut from: Vec<u32> = (0..count as u32).collect();
    let mut to = from.clone();
    let mut width = 1;
    while width < count {
        let mut start = 0;
        while start < count {
            let (middle, end) = ((start + width).min(count), (start + 2 * width).min(count));
            let (mut left, mut right) = (start, middle);
            for place in &mut to[start..end] {
                let takes_left =
                    left < middle && (right == end || compare(from[left], from[right]) != Ordering::Greater);
                let next = if takes_left { &mut left } else { &mut right };
                *place = from[*next];
                *next += 1;
            }
            start = end;
        }
        std::mem::swap(&mut from, &mut to);
        width *= 2;
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sorts_as_the_library_does() {
        for count in [0, 1, 2, 3, 7, 8, 9, 100, 1_000] {
            // Many are equal.
            let values: Vec<u32> = (0..count as u32).map(|number| number.wrapping_mul(2_654_435_761) >> 28).collect();
            let compare = |a: u32, b: u32| values[a as usize].cmp(&values[b as usize]);
            let mut expected: Vec<u32> = (0..count as u32).collect();
            expected.sort_by(|a, b| compare(*a, *b));
            assert_eq!(sorted(count, &compare), expected, "{count}");
        }
    }
}
