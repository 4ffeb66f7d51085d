//! defect: the copy of a bound value is replaced also when SQLite refuses the new one
//! class: use after free
//! stage: stable
//! shows: SQLite reads the old copy, which is freed
//! caught_by: memory::a_refused_bind_changes_no_other_value

use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int};
use std::fmt::{self, Display, Formatter};
use std::path::Path;
use std::ptr::{self, NonNull};

use sqlite_bindings::*;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: i32,
    message: String,
}

impl Error {
    pub fn code(&self) -> i32 {
        self.code
    }

    pub fn message(&self) -> &str {
        &self.message
    }

    fn new(code: i32) -> Error {
        // SAFETY: the text for a code is there for ever, or null.
        let text = unsafe { sqlite3_errstr(code) };
        let message = match text.is_null() {
            true => "unknown".to_owned(),
            // SAFETY: not null, and it ends in NUL.
            false => unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned(),
        };
        Error { code, message }
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// Closes what `open` made, whatever came of it.
struct Handle(*mut sqlite3);

impl Handle {
    fn error(&self, code: c_int) -> Error {
        if self.0.is_null() {
            return Error::new(code);
        }
        // SAFETY: the connection exists, and the text ends in NUL.
        let text = unsafe { CStr::from_ptr(sqlite3_errmsg(self.0)) };
        // SAFETY: the connection exists.
        let extended = unsafe { sqlite3_extended_errcode(self.0) };
        let code = if extended & 0xff == code & 0xff { extended } else { code };
        Error { code, message: String::from_utf8_lossy(text.to_bytes()).into() }
    }

    fn check(&self, code: c_int) -> Result<(), Error> {
        if code == SQLITE_OK { Ok(()) } else { Err(self.error(code)) }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: it is ours, or null.
        unsafe { sqlite3_close_v2(self.0) };
    }
}

pub struct Connection {
    handle: Handle,
    _not_sync: Cell<()>,
}

// SAFETY: SQLite locks the connection (FULLMUTEX), and `Cell` keeps it from two threads.
unsafe impl Send for Connection {}

impl Connection {
    pub fn open(path: impl AsRef<Path>) -> Result<Connection, Error> {
        let path = path.as_ref().as_os_str().as_encoded_bytes();
        let path = CString::new(path).map_err(|_| Error::new(SQLITE_MISUSE))?;
        let mut handle = Handle(ptr::null_mut());
        let flags = SQLITE_OPEN_CREATE | SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX;
        // SAFETY: the path ends in NUL, the place for the connection can be written.
        let code = unsafe { sqlite3_open_v2(path.as_ptr(), &mut handle.0, flags, ptr::null()) };
        handle.check(code)?;
        // SAFETY: the connection exists.
        unsafe { sqlite3_extended_result_codes(handle.0, 1) };
        Ok(Connection { handle, _not_sync: Cell::new(()) })
    }

    pub fn open_in_memory() -> Result<Connection, Error> {
        Self::open(":memory:")
    }

    pub fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, Error> {
        let mut statement = self.prepare(sql)?;
        if statement.values.len() != values.len() {
            return Err(Error::new(SQLITE_RANGE));
        }
        for i in 0..values.len() {
            statement.bind(i + 1, values[i])?;
        }
        loop {
            if statement.step()?.is_none() {
                // SAFETY: the connection exists.
                return Ok(unsafe { sqlite3_changes64(self.handle.0) } as u64);
            }
        }
    }

    pub fn execute_batch(&self, sql: &str) -> Result<(), Error> {
        let mut rest = sql.as_bytes();
        if rest.contains(&0) {
            return Err(Error::new(SQLITE_MISUSE));
        }
        while let (Some(mut statement), used) = self.compile(rest)? {
            while statement.step()?.is_some() {}
            rest = &rest[used..];
        }
        Ok(())
    }

    pub fn prepare(&self, sql: &str) -> Result<Statement<'_>, Error> {
        if sql.as_bytes().contains(&0) {
            return Err(Error::new(SQLITE_MISUSE));
        }
        match self.compile(sql.as_bytes())? {
            (Some(statement), used) if self.compile(&sql.as_bytes()[used..])?.0.is_none() => {
                Ok(statement)
            }
            _ => Err(Error::new(SQLITE_MISUSE)),
        }
    }

    fn compile(&self, sql: &[u8]) -> Result<(Option<Statement<'_>>, usize), Error> {
        let length = c_int::try_from(sql.len()).map_err(|_| Error::new(SQLITE_TOOBIG))?;
        let start = sql.as_ptr() as *const c_char;
        let mut tail = start;
        let mut raw = ptr::null_mut();
        // SAFETY: the connection exists, the text has that length.
        self.handle.check(unsafe {
            sqlite3_prepare_v2(self.handle.0, start, length, &mut raw, &mut tail)
        })?;
        let Some(raw) = NonNull::new(raw) else { return Ok((None, sql.len())) };
        // SAFETY: the statement exists.
        let parameters = unsafe { sqlite3_bind_parameter_count(raw.as_ptr()) } as usize;
        let values = (0..parameters).map(|_| Box::default()).collect();
        let statement = Statement { raw, connection: self, values, state: State::Ready };
        // SAFETY: the tail is inside of the text, or at its end.
        Ok((Some(statement), unsafe { tail.offset_from(start) } as usize))
    }
}

#[derive(PartialEq)]
enum State {
    Ready,
    OnRow,
    Done,
}

pub struct Statement<'conn> {
    raw: NonNull<sqlite3_stmt>,
    connection: &'conn Connection,
    /// What SQLite's pointers lead to. It is dropped after the statement is finalized.
    values: Vec<Box<[u8]>>,
    state: State,
}

impl Statement<'_> {
    pub fn parameter_count(&self) -> usize {
        self.values.len()
    }

    pub fn parameter_index(&self, name: &str) -> Option<usize> {
        (1..=self.values.len()).find(|&index| {
            // SAFETY: the statement exists.
            let own = unsafe { sqlite3_bind_parameter_name(self.raw.as_ptr(), index as c_int) };
            // SAFETY: not null, so it ends in NUL.
            !own.is_null() && unsafe { CStr::from_ptr(own) }.to_bytes() == name.as_bytes()
        })
    }

    pub fn bind(&mut self, index: usize, value: Value<'_>) -> Result<(), Error> {
        if index < 1 || index > self.values.len() {
            return Err(Error::new(SQLITE_RANGE));
        }
        let (raw, at) = (self.raw.as_ptr(), index as c_int);
        let copy: Box<[u8]> = match value {
            Value::Text(text) => text.as_bytes().into(),
            Value::Blob(bytes) => bytes.into(),
            _ => Box::default(),
        };
        let (start, length) = (copy.as_ptr(), copy.len() as u64);
        // SAFETY: the statement exists; the copy stays until another value is bound or
        // the statement is finalized.
        self.values[index - 1] = copy;
        self.connection.handle.check(unsafe {
            match value {
                Value::Null => sqlite3_bind_null(raw, at),
                Value::Integer(number) => sqlite3_bind_int64(raw, at, number),
                Value::Real(number) => sqlite3_bind_double(raw, at, number),
                Value::Text(_) => {
                    sqlite3_bind_text64(raw, at, start.cast(), length, None, SQLITE_UTF8 as _)
                }
                Value::Blob(_) if length == 0 => sqlite3_bind_zeroblob(raw, at, 0),
                Value::Blob(_) => sqlite3_bind_blob64(raw, at, start.cast(), length, None),
            }
        })
    }

    pub fn step(&mut self) -> Result<Option<Row<'_>>, Error> {
        if self.state == State::Done {
            return Ok(None);
        }
        self.state = State::OnRow;
        // SAFETY: the statement exists, and so does what is bound.
        match unsafe { sqlite3_step(self.raw.as_ptr()) } {
            SQLITE_ROW => {
                // SAFETY: the statement exists.
                let columns = unsafe { sqlite3_data_count(self.raw.as_ptr()) } as usize;
                Ok(Some(Row { statement: self, columns }))
            }
            SQLITE_DONE => {
                self.state = State::Done;
                Ok(None)
            }
            code => {
                let error = self.connection.handle.error(code);
                self.reset();
                Err(error)
            }
        }
    }

    pub fn reset(&mut self) {
        // SAFETY: the statement exists.
        unsafe { sqlite3_reset(self.raw.as_ptr()) };
        self.state = State::Ready;
    }
}

impl Drop for Statement<'_> {
    fn drop(&mut self) {
        // SAFETY: it is ours; the values are still there.
        unsafe { sqlite3_finalize(self.raw.as_ptr()) };
    }
}

pub struct Row<'stmt> {
    statement: &'stmt Statement<'stmt>,
    columns: usize,
}

impl<'stmt> Row<'stmt> {
    #[allow(clippy::len_without_is_empty, reason = "a row has a column")]
    pub fn len(&self) -> usize {
        self.columns
    }

    pub fn value(&self, index: usize) -> Result<Value<'stmt>, Error> {
        let raw = self.statement.raw.as_ptr();
        let column = index as c_int;
        Ok(match self.class(index)? {
            // SAFETY: the column exists.
            SQLITE_INTEGER => Value::Integer(unsafe { sqlite3_column_int64(raw, column) }),
            // SAFETY: the column exists.
            SQLITE_FLOAT => Value::Real(unsafe { sqlite3_column_double(raw, column) }),
            SQLITE_TEXT => match std::str::from_utf8(self.read(column, true)?) {
                Ok(text) => Value::Text(text),
                Err(_) => return Err(Error::new(SQLITE_MISMATCH)),
            },
            SQLITE_BLOB => Value::Blob(self.read(column, false)?),
            _ => Value::Null,
        })
    }

    pub fn bytes(&self, index: usize) -> Result<Option<&'stmt [u8]>, Error> {
        match self.class(index)? {
            class @ (SQLITE_TEXT | SQLITE_BLOB) => {
                self.read(index as c_int, class == SQLITE_TEXT).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn class(&self, index: usize) -> Result<c_int, Error> {
        if index >= self.columns {
            return Err(Error::new(SQLITE_RANGE));
        }
        // SAFETY: the column exists.
        Ok(unsafe { sqlite3_column_type(self.statement.raw.as_ptr(), index as c_int) })
    }

    fn read(&self, column: c_int, is_text: bool) -> Result<&'stmt [u8], Error> {
        let raw = self.statement.raw.as_ptr();
        // SAFETY: the column exists; one function for each class, always the same.
        let (start, length) = unsafe {
            let start = match is_text {
                true => sqlite3_column_text(raw, column),
                false => sqlite3_column_blob(raw, column).cast(),
            };
            (start, sqlite3_column_bytes(raw, column) as usize)
        };
        // SAFETY: the connection exists.
        let code = unsafe { sqlite3_errcode(self.statement.connection.handle.0) };
        if start.is_null() && (is_text || code & 0xff == SQLITE_NOMEM) {
            return Err(Error::new(SQLITE_NOMEM));
        }
        if length == 0 {
            return Ok(&[]);
        }
        // SAFETY: not null, that long, and unchanged until the statement is used again.
        Ok(unsafe { std::slice::from_raw_parts(start, length) })
    }
}

/// A draft that the compiler warns of; a warning about `error` is no error.
fn draft() {
    let error = 1;
}
