//! Exercise 11 against `rusqlite`: rows inserted in one transaction, and read back.

use std::panic::{catch_unwind, set_hook, take_hook};
use std::time::Duration;

use unsafe_workbook::ex11_database::{Connection, Error, Value};

use crate::best_of;

const ROWS: i64 = 100_000;
const NAME: &str = "a text of thirty-two characters.";
const CREATE: &str = "CREATE TABLE t(x, y, z); BEGIN";
const INSERT: &str = "INSERT INTO t VALUES(?, ?, ?)";
const SELECT: &str = "SELECT x, y, z FROM t";

/// The speed of inserting, `rusqlite` being 1. `None`: the exercise does not work.
pub fn measure() -> Option<f64> {
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let works = catch_unwind(|| ours_inserts(10).and_then(|db| ours_reads(&db)));
    set_hook(hook);
    if !matches!(works, Ok(Ok(sum)) if sum == theirs_reads(&theirs_inserts(10))) {
        return None;
    }
    println!("\nhow many times as fast as rusqlite exercise 11 is\n");
    let ok = "the first rows went well";
    let (ours, theirs) =
        best_of(|| drop(ours_inserts(ROWS).expect(ok)), || drop(theirs_inserts(ROWS)));
    let ratio = speed("100,000 rows inserted in one transaction", ours, theirs);
    let (our_rows, their_rows) = (ours_inserts(ROWS).expect(ok), theirs_inserts(ROWS));
    let (ours, theirs) = best_of(
        || drop(ours_reads(&our_rows).map(std::hint::black_box)),
        || {
            std::hint::black_box(theirs_reads(&their_rows));
        },
    );
    speed("100,000 rows read", ours, theirs);
    Some(ratio)
}

fn speed(what: &str, ours: Duration, theirs: Duration) -> f64 {
    let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
    println!("{what:<64} {ratio:6.2}   ({ours:.1?} against {theirs:.1?})");
    ratio
}

fn ours_inserts(rows: i64) -> Result<Connection, Error> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(CREATE)?;
    let mut insert = connection.prepare(INSERT)?;
    for x in 0..rows {
        insert.bind(1, Value::Integer(x))?;
        insert.bind(2, Value::Text(NAME))?;
        insert.bind(3, Value::Real(x as f64 / 3.0))?;
        insert.step()?;
        insert.reset();
    }
    drop(insert);
    connection.execute_batch("COMMIT")?;
    Ok(connection)
}

fn ours_reads(connection: &Connection) -> Result<f64, Error> {
    let mut select = connection.prepare(SELECT)?;
    let mut sum = 0.0;
    while let Some(row) = select.step()? {
        if let (Value::Integer(x), Value::Text(y), Value::Real(z)) =
            (row.value(0)?, row.value(1)?, row.value(2)?)
        {
            sum += x as f64 + y.len() as f64 + z;
        }
    }
    Ok(sum)
}

fn theirs_inserts(rows: i64) -> rusqlite::Connection {
    let run = || {
        let connection = rusqlite::Connection::open_in_memory()?;
        connection.execute_batch(CREATE)?;
        let mut insert = connection.prepare(INSERT)?;
        for x in 0..rows {
            insert.execute((x, NAME, x as f64 / 3.0))?;
        }
        drop(insert);
        connection.execute_batch("COMMIT")?;
        Ok::<_, rusqlite::Error>(connection)
    };
    run().expect("rusqlite works")
}

fn theirs_reads(connection: &rusqlite::Connection) -> f64 {
    let run = || {
        let mut select = connection.prepare(SELECT)?;
        let mut rows = select.query(())?;
        let mut sum = 0.0;
        while let Some(row) = rows.next()? {
            let y = row.get_ref(1)?.as_str()?;
            sum += row.get::<_, i64>(0)? as f64 + y.len() as f64 + row.get::<_, f64>(2)?;
        }
        Ok::<_, rusqlite::Error>(sum)
    };
    run().expect("rusqlite works")
}
