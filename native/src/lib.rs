//! Hot loops over raw JSON bytes. The contract is in the docstrings of `headroom.kernels.reference`, the readable
//! twin: the same value, or the same message, for every input, also for bytes that are no JSON at all.

use std::fmt;

use memchr::memchr_iter;

#[cfg(feature = "python")]
mod py;

/// Why there is no answer; each variant holds the offset its message names.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// No value begins here.
    NoValue(usize),
    /// No string literal begins here.
    NoString(usize),
    /// The body ends, at this size, within the value.
    Truncated(usize),
    /// This bracket closes one of the other kind.
    Mismatched(usize),
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoValue(at) => write!(out, "no value at offset {at}"),
            Self::NoString(at) => write!(out, "no string at offset {at}"),
            Self::Truncated(at) => write!(out, "truncated at offset {at}"),
            Self::Mismatched(at) => write!(out, "mismatched bracket at offset {at}"),
        }
    }
}

/// Bytes of a string that are looked at one by one before memchr, whose call costs more than a short key.
const SHORT: usize = 16;

const CHUNK: usize = 4096;

/// Offset just past the closing quote of the string literal at `start`.
///
/// # Errors
/// `NoString`, `Truncated`.
pub fn find_string_end(body: &[u8], start: usize) -> Result<usize, Fault> {
    if body.get(start) == Some(&b'"') {
        string_end(body, start + 1)
    } else {
        Err(Fault::NoString(start))
    }
}

/// Offset just past the JSON value whose first byte is at `start`; structural only, iterative.
///
/// # Errors
/// `NoValue`, `Truncated`, `Mismatched`.
pub fn skip_value(body: &[u8], start: usize) -> Result<usize, Fault> {
    match body.get(start) {
        Some(b'"') => string_end(body, start + 1),
        Some(b'{' | b'[') => container_end(body, start),
        Some(&byte) if in_scalar(byte) => {
            let rest = &body[start..];
            let length = rest.iter().position(|&byte| !in_scalar(byte));
            Ok(start + length.unwrap_or(rest.len()))
        }
        _ => Err(Fault::NoValue(start)),
    }
}

/// Length of the common prefix of `a` and `b`.
#[must_use]
pub fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    let size = a.len().min(b.len());
    let (a, b) = (&a[..size], &b[..size]);
    // Comparing slices is memcmp; only the chunk that holds the difference is looked at byte by byte.
    let same = a
        .chunks(CHUNK)
        .zip(b.chunks(CHUNK))
        .take_while(|(x, y)| x == y);
    let from = size.min(same.count() * CHUNK);
    let rest = a[from..].iter().zip(&b[from..]);
    from + rest.take_while(|(x, y)| x == y).count()
}

const fn in_scalar(byte: u8) -> bool {
    !matches!(
        byte,
        b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' | b']' | b'}' | b'[' | b'{' | b'"'
    )
}

/// Offset just past the closing quote of a literal whose content begins at `from`.
#[inline]
fn string_end(body: &[u8], from: usize) -> Result<usize, Fault> {
    let short = body.len().min(from + SHORT);
    for at in from..short {
        match body[at] {
            b'"' => return Ok(at + 1),
            b'\\' => return long_string_end(body, from, at),
            _ => {}
        }
    }
    long_string_end(body, from, short)
}

/// The same, where no quote stands between `from` and `at`.
fn long_string_end(body: &[u8], from: usize, at: usize) -> Result<usize, Fault> {
    for quote in memchr_iter(b'"', &body[at..]) {
        let content = &body[from..at + quote];
        let backslashes = content.iter().rev().take_while(|&&byte| byte == b'\\');
        if backslashes.count() % 2 == 0 {
            return Ok(at + quote + 1);
        }
    }
    Err(Fault::Truncated(body.len()))
}

fn container_end(body: &[u8], start: usize) -> Result<usize, Fault> {
    let mut closing = Vec::with_capacity(16);
    let mut at = start;
    while let Some(&byte) = body.get(at) {
        at += 1;
        match byte {
            b'"' => at = string_end(body, at)?,
            b'{' => closing.push(b'}'),
            b'[' => closing.push(b']'),
            b'}' | b']' => {
                if closing.pop() != Some(byte) {
                    return Err(Fault::Mismatched(at - 1));
                }
                if closing.is_empty() {
                    return Ok(at);
                }
            }
            _ => {}
        }
    }
    Err(Fault::Truncated(body.len()))
}

#[cfg(test)]
mod tests {
    use super::{common_prefix, find_string_end, skip_value, Fault};

    #[test]
    fn a_string_ends_at_the_first_quote_behind_an_even_number_of_backslashes() {
        for (body, end) in [
            (r#""" x"#, 2),
            (r#""a\"b" x"#, 6),
            (r#""a\\" x"#, 5),
            (r#""\\\"" x"#, 6),
            (r#""longer than the short loop, \" with an escape" x"#, 47),
        ] {
            assert_eq!(find_string_end(body.as_bytes(), 0), Ok(end), "{body}");
        }
    }

    #[test]
    fn a_backslash_before_the_opening_quote_does_not_count() {
        assert_eq!(find_string_end(br#"\"""#, 1), Ok(3));
    }

    #[test]
    fn a_string_that_does_not_end_is_truncated() {
        for body in [r#"""#, r#""a"#, r#""a\""#, r#""\"#] {
            let fault = Err(Fault::Truncated(body.len()));
            assert_eq!(find_string_end(body.as_bytes(), 0), fault, "{body}");
        }
    }

    #[test]
    fn a_value_ends_where_its_kind_ends() {
        for (body, end) in [
            ("12.5e3,", 6),
            ("null", 4),
            (r#""s" "#, 3),
            (r#"{"a": [1, {"b": "]}"}]}, 2"#, 23),
            ("[,,::]]", 6),
        ] {
            assert_eq!(skip_value(body.as_bytes(), 0), Ok(end), "{body}");
        }
    }

    #[test]
    fn a_fault_names_its_offset() {
        for (body, fault) in [
            ("", Fault::NoValue(0)),
            (" 1", Fault::NoValue(0)),
            ("]", Fault::NoValue(0)),
            ("[[1}", Fault::Mismatched(3)),
            ("{[]", Fault::Truncated(3)),
            (r#"["a"#, Fault::Truncated(3)),
        ] {
            assert_eq!(skip_value(body.as_bytes(), 0), Err(fault), "{body}");
        }
        assert_eq!(
            Fault::Mismatched(3).to_string(),
            "mismatched bracket at offset 3"
        );
    }

    #[test]
    fn depth_costs_no_stack() {
        let body = [vec![b'['; 200_000], vec![b']'; 200_000]].concat();
        assert_eq!(skip_value(&body, 0), Ok(body.len()));
    }

    #[test]
    fn a_common_prefix_ends_at_the_first_difference_in_any_chunk() {
        let a = vec![b'x'; 10_000];
        for at in [0, 1, 4095, 4096, 4097, 8191, 9999] {
            let mut b = a.clone();
            b[at] = b'y';
            assert_eq!(common_prefix(&a, &b), at);
            assert_eq!(common_prefix(&a, &a[..at]), at);
        }
        assert_eq!(common_prefix(&a, &a), a.len());
    }
}
