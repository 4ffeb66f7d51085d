//! A fence around the files of a test: it reads what the user can read, and writes
//! only in the folders that are its own. On Linux 6.12 and later, it also sends no
//! signal to a process outside.
//!
//! The kernel keeps it (Landlock, Linux 5.13 and later; no rights are needed). It
//! holds for whatever the test starts, and cannot be taken down.

use std::io;
use std::mem;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::ptr;

use linux_raw_sys::landlock as kernel;
use rustix::fs::{Mode, OFlags};

/// What every program may write to.
const DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/shm"];

/// What can be done to a file itself.
const CHANGE: u32 = kernel::LANDLOCK_ACCESS_FS_WRITE_FILE | kernel::LANDLOCK_ACCESS_FS_TRUNCATE;

/// What changes anything, with the version of Landlock that can refuse it.
const WRITE: [(libc::c_long, u32); 3] = [
    (
        1,
        kernel::LANDLOCK_ACCESS_FS_WRITE_FILE
            | kernel::LANDLOCK_ACCESS_FS_REMOVE_DIR
            | kernel::LANDLOCK_ACCESS_FS_REMOVE_FILE
            | kernel::LANDLOCK_ACCESS_FS_MAKE_CHAR
            | kernel::LANDLOCK_ACCESS_FS_MAKE_DIR
            | kernel::LANDLOCK_ACCESS_FS_MAKE_REG
            | kernel::LANDLOCK_ACCESS_FS_MAKE_SOCK
            | kernel::LANDLOCK_ACCESS_FS_MAKE_FIFO
            | kernel::LANDLOCK_ACCESS_FS_MAKE_BLOCK
            | kernel::LANDLOCK_ACCESS_FS_MAKE_SYM,
    ),
    (2, kernel::LANDLOCK_ACCESS_FS_REFER),
    (3, kernel::LANDLOCK_ACCESS_FS_TRUNCATE),
];

/// Whether the kernel can keep a fence.
pub fn is_there() -> bool {
    version() >= 1
}

/// From here on this process and those that it starts write in `folders` only. Where
/// the kernel knows no fence, nothing happens.
///
/// # Errors
///
/// When the kernel knows a fence and does not put it up.
pub fn put_up(folders: &[PathBuf]) -> io::Result<()> {
    let version = version();
    let known = WRITE.iter().filter(|(since, _)| *since <= version);
    let refused = known.fold(0, |all, (_, right)| all | right);
    if refused == 0 {
        return Ok(());
    }
    let scopes = if version >= 6 { kernel::LANDLOCK_SCOPE_SIGNAL } else { 0 };
    let rules = create(refused, scopes)?;
    for folder in folders {
        allow(&rules, folder, refused)?;
    }
    // A container may lack one or the other.
    for device in DEVICES.map(Path::new).into_iter().filter(|device| device.exists()) {
        let rights = if device.is_dir() { refused } else { refused & CHANGE };
        allow(&rules, device, rights)?;
    }
    restrict(&rules)
}

/// The version of Landlock; below 1 where there is none.
fn version() -> libc::c_long {
    // SAFETY: with this flag the call wants null and 0, and reads no memory.
    unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            ptr::null::<kernel::landlock_ruleset_attr>(),
            0_usize,
            kernel::LANDLOCK_CREATE_RULESET_VERSION,
        )
    }
}

/// Rules that refuse these rights wherever they are not allowed, and keep what is in
/// the scopes inside.
fn create(refused: u32, scopes: u32) -> io::Result<OwnedFd> {
    let attributes = kernel::landlock_ruleset_attr {
        handled_access_fs: refused.into(),
        handled_access_net: 0,
        scoped: scopes.into(),
    };
    // SAFETY: the pointer and the size are those of a local variable, which the call
    // only reads.
    let rules = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            &raw const attributes,
            mem::size_of_val(&attributes),
            0_u32,
        )
    };
    let rules = i32::try_from(done(rules)?).map_err(io::Error::other)?;
    // SAFETY: the call has just made this descriptor, and nothing else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(rules) })
}

/// Allows `rights` to what `path` is and to all below it.
fn allow(rules: &OwnedFd, path: &Path, rights: u32) -> io::Result<()> {
    // Only to name it: what is allowed need not be readable.
    let place = rustix::fs::open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())
        .map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
    let attributes = kernel::landlock_path_beneath_attr {
        allowed_access: rights.into(),
        parent_fd: place.as_raw_fd(),
    };
    // SAFETY: the pointer is to a local variable of the type that belongs to this
    // kind of rule; the call only reads it. Both descriptors are open.
    done(unsafe {
        libc::syscall(
            libc::SYS_landlock_add_rule,
            rules.as_raw_fd(),
            kernel::landlock_rule_type::LANDLOCK_RULE_PATH_BENEATH as u32,
            &raw const attributes,
            0_u32,
        )
    })
    .map(drop)
}

/// Puts the rules in force for this thread and what it starts.
fn restrict(rules: &OwnedFd) -> io::Result<()> {
    rustix::thread::set_no_new_privs(true)?;
    // SAFETY: the descriptor is open; the call touches no memory of this process.
    done(unsafe { libc::syscall(libc::SYS_landlock_restrict_self, rules.as_raw_fd(), 0_u32) })
        .map(drop)
}

/// The answer of a system call, or its error.
fn done(answer: libc::c_long) -> io::Result<libc::c_long> {
    if answer < 0 { Err(io::Error::last_os_error()) } else { Ok(answer) }
}
