//! Dated names for files that are set aside.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The time now, in seconds since 1970 (UTC).
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs())
}

/// A name beside `path` that nobody has: `ex2.kept-2026-11-21T105735Z.rs`,
/// and with `-2`, `-3`, ... behind the time if that is taken.
pub fn free_name(path: &Path, why: &str, time: u64) -> PathBuf {
    names(path, why, time).find(|name| name.symlink_metadata().is_err()).unwrap_or_default()
}

/// The names to try, in order; there is no last one.
pub fn names(path: &Path, why: &str, time: u64) -> impl Iterator<Item = PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let extension = path
        .extension()
        .map(|extension| format!(".{}", extension.to_string_lossy()))
        .unwrap_or_default();
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let time = date_and_time(time);
    let why = why.to_owned();
    (1_u64..).map(move |copy| {
        let copy = if copy == 1 { String::new() } else { format!("-{copy}") };
        folder.join(format!("{stem}.{why}-{time}{copy}{extension}"))
    })
}

/// `2026-11-21T105735Z`, without colons, which Windows does not allow in names.
fn date_and_time(seconds: u64) -> String {
    let (year, month, day) = civil(seconds / 86_400);
    let rest = seconds % 86_400;
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// The date of a day since 1970-01-01, in the Gregorian calendar.
fn civil(days: u64) -> (u64, u64, u64) {
    // Counted from 1 March of year 0, so that the leap day ends its year: an
    // era of 400 years then always has 146,097 days.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right() {
        assert_eq!(date_and_time(0), "1970-01-01T000000Z");
        assert_eq!(date_and_time(951_782_400), "2000-02-29T000000Z");
        assert_eq!(date_and_time(1_795_258_655), "2026-11-21T105735Z");
        assert_eq!(date_and_time(4_107_542_399), "2100-02-28T235959Z");
        assert_eq!(date_and_time(4_107_542_400), "2100-03-01T000000Z");
    }

    #[test]
    fn the_name_keeps_stem_and_extension() {
        let mut names = names(Path::new("exercises/ex2.rs"), "kept", 0);
        assert_eq!(names.next(), Some("exercises/ex2.kept-1970-01-01T000000Z.rs".into()));
        assert_eq!(names.next(), Some("exercises/ex2.kept-1970-01-01T000000Z-2.rs".into()));
    }
}
