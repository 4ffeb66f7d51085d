//@ run: ok
//@ miri: stacked=leak tree=leak
//@ asan: detected memory leaks

// ANCHOR: all
use std::ffi::c_int;
use std::ptr;

/// The stand-in for C: its handle holds the text of the error.
pub struct RawDatabase {
    _error: [u8; 64],
}

/// # Safety
///
/// - `out` may be written. It is given a handle **also when opening fails**.
unsafe extern "C" fn database_open(name: u8, out: *mut *mut RawDatabase) -> c_int {
    // SAFETY: the caller's duty.
    unsafe { out.write(Box::into_raw(Box::new(RawDatabase { _error: [name; 64] }))) };
    if name == 0 { 14 } else { 0 }
}

/// # Safety
///
/// - `raw` came from `database_open`, and is not used any more.
unsafe extern "C" fn database_close(raw: *mut RawDatabase) {
    // SAFETY: the caller's duty.
    drop(unsafe { Box::from_raw(raw) });
}

// ANCHOR: wrapper
struct Database(*mut RawDatabase);

impl Database {
    fn open(name: u8) -> Result<Database, c_int> {
        let mut raw = ptr::null_mut();
        // SAFETY: `raw` may be written.
        match unsafe { database_open(name, &raw mut raw) } {
            0 => Ok(Database(raw)),
            code => Err(code),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // SAFETY: from `database_open`, closed once.
        unsafe { database_close(self.0) };
    }
}
// ANCHOR_END: wrapper

fn main() {
    println!("{:?} {:?}", Database::open(1).is_ok(), Database::open(0).err());
}
// ANCHOR_END: all
