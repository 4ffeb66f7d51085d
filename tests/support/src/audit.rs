//! A global allocator that audits the code under test.
//!
//! Outside of a [`scope`] it hands every request to the system. Inside, each
//! block of the thread that opened the scope is written down and laid out so
//! that a mistake shows:
//!
//! ```text
//!   base                addr (aligned as asked, and no better)
//!    v                   v
//!    [ guard bytes ..... | the block, filled with FRESH | guard bytes ]
//! ```
//!
//! - a free must name the layout of the request, and come once;
//! - guard bytes on both sides must survive;
//! - freed blocks are filled with POISON and kept until the scope ends, so a
//!   late write is seen and a late read finds no plausible value;
//! - requests for zero bytes are recorded: `GlobalAlloc` forbids them;
//! - from a chosen request on, the allocator can answer null.
//!
//! Under Miri this module steps aside: Miri checks the same things itself.
//!
//! # Invariants
//!
//! - INV-1: `STATE` is read and written only while `LOCK` is held, and nothing
//!   that runs while it is held allocates.
//! - INV-2: every entry that is linked into `buckets` describes a block that
//!   this module obtained from `System` with layout
//!   `(base_size, base_align)` at `base`, and that was not given back yet
//!   unless its state is [`BlockState::Released`].
//! - INV-3: `addr - base >= GUARD` and
//!   `base + base_size - (addr + size) >= GUARD`: guards lie inside the block.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::hint;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

/// What fresh memory is filled with.
pub const FRESH: u8 = 0xA5;
/// What freed memory is filled with.
pub const POISON: u8 = 0xDB;

const GUARD_BYTE: u8 = 0xC7;
const GUARD: usize = 64;
/// Larger blocks are filled only at both ends and are not kept after a free.
const LARGE: usize = 1 << 20;
const FILLED_ENDS: usize = 1 << 16;

const ENTRIES: usize = 1 << 16;
const BUCKETS: usize = 1 << 12;
const SCOPES: usize = 64;
const FAULTS: usize = 8;
const NONE: u32 = 0;

#[cfg(not(miri))]
#[global_allocator]
static ALLOCATOR: Auditor = Auditor;

/// The global allocator of every test binary that links this crate.
struct Auditor;

/// Something that the code under test did wrong with memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A block was freed a second time.
    DoubleFree { size: usize, align: usize },
    /// A block was freed with another layout than it was requested with.
    LayoutMismatch { size: usize, align: usize, given_size: usize, given_align: usize },
    /// A pointer into the middle of a live block was freed.
    InteriorFree { size: usize, offset: usize },
    /// Something that no allocator ever returns was freed.
    InvalidFree { addr: usize, size: usize },
    /// Zero bytes were requested.
    ZeroSizeRequest { align: usize },
    /// A layout of zero bytes was freed.
    ZeroSizeFree { addr: usize },
    /// The bytes before a block were overwritten.
    WroteBefore { size: usize, distance: usize },
    /// The bytes after a block were overwritten.
    WrotePast { size: usize, distance: usize },
    /// A freed block was written to.
    WriteAfterFree { size: usize, offset: usize },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Fault::DoubleFree { size, align } => {
                write!(f, "a block of {size} bytes (align {align}) was freed twice")
            }
            Fault::LayoutMismatch { size, align, given_size, given_align } => write!(
                f,
                "a block requested with size {size}, align {align} was freed with size \
                 {given_size}, align {given_align}: `dealloc` needs the layout of the request"
            ),
            Fault::InteriorFree { size, offset } => write!(
                f,
                "a pointer {offset} bytes into a block of {size} bytes was freed: `dealloc` needs \
                 the pointer that `alloc` returned"
            ),
            Fault::InvalidFree { addr, size } => write!(
                f,
                "{addr:#x} was freed as a block of {size} bytes, but no allocation has that \
                 address: a dangling pointer owns no memory"
            ),
            Fault::ZeroSizeRequest { align } => write!(
                f,
                "an allocation of zero bytes (align {align}) was requested: `alloc` forbids it, \
                 zero-sized types need no memory"
            ),
            Fault::ZeroSizeFree { addr } => write!(
                f,
                "zero bytes at {addr:#x} were freed: nothing was allocated for a zero-sized value"
            ),
            Fault::WroteBefore { size, distance } => write!(
                f,
                "a write {distance} bytes before the start of a block of {size} bytes"
            ),
            Fault::WrotePast { size, distance } => write!(
                f,
                "a write past the end of a block of {size} bytes ({distance} bytes after its last)"
            ),
            Fault::WriteAfterFree { size, offset } => write!(
                f,
                "a write at byte {offset} of a block of {size} bytes that had been freed"
            ),
        }
    }
}

/// A block that was still allocated when its scope ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveBlock {
    /// Bytes requested.
    pub size: usize,
    /// Alignment requested, in bytes.
    pub align: usize,
    /// Position among the requests of the scope, from 1.
    pub request: usize,
}

/// What a [`scope`] saw.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// False where nothing was audited: under Miri, or with `WORKBOOK_AUDIT=off`.
    /// The figures are then zero and mean nothing.
    pub audited: bool,
    /// Requests for memory, a reallocation counted as one.
    pub requests: usize,
    /// Blocks given back.
    pub frees: usize,
    /// Frees of blocks that no scope handed out: they are older than the scope,
    /// or come from another allocator, such as `malloc` of C.
    pub foreign_frees: usize,
    /// Mistakes, in the order in which they were noticed (at most eight).
    pub faults: Vec<Fault>,
    /// Blocks not given back when the scope ended.
    pub live: Vec<LiveBlock>,
}

impl Report {
    /// Every block was freed once, with its layout, and none was damaged.
    ///
    /// # Panics
    ///
    /// When that is not so; the message lists each fault and each leak.
    #[track_caller]
    pub fn assert_clean(&self) {
        self.assert_no_faults();
        if !self.live.is_empty() {
            panic!("{}", self.describe_leaks(0));
        }
    }

    /// No mistake was seen; blocks may still be allocated.
    ///
    /// # Panics
    ///
    /// When a mistake was seen.
    #[track_caller]
    pub fn assert_no_faults(&self) {
        if !self.faults.is_empty() {
            let list: Vec<String> = self.faults.iter().map(|f| format!("\n  - {f}")).collect();
            panic!("expected clean use of memory, saw:{}", list.concat());
        }
    }

    /// Nothing was freed that the global allocator had not handed out. To be
    /// asked only about work that frees nothing older than the scope.
    ///
    /// # Panics
    ///
    /// When something was.
    #[track_caller]
    pub fn assert_no_foreign_frees(&self) {
        assert!(
            self.foreign_frees == 0,
            "expected every block to go back to the allocator it came from, but {} blocks were \
             given to `std::alloc::dealloc` that `std::alloc::alloc` had not returned: memory \
             from `malloc` must be freed by `free`",
            self.foreign_frees
        );
    }

    /// Exactly `expected` requests were made.
    ///
    /// # Panics
    ///
    /// When the scope was audited and the number differs.
    #[track_caller]
    pub fn assert_requests(&self, expected: usize, why: &str) {
        if self.audited && self.requests != expected {
            panic!("expected {expected} allocations, saw {}: {why}", self.requests);
        }
    }

    /// At most `limit` requests were made.
    ///
    /// # Panics
    ///
    /// When the scope was audited and more were made.
    #[track_caller]
    pub fn assert_requests_at_most(&self, limit: usize, why: &str) {
        if self.audited && self.requests > limit {
            panic!("expected at most {limit} allocations, saw {}: {why}", self.requests);
        }
    }

    fn describe_leaks(&self, allowed: usize) -> String {
        let list: Vec<String> = self
            .live
            .iter()
            .take(8)
            .map(|b| {
                format!("\n  - {} bytes, align {} (request {})", b.size, b.align, b.request)
            })
            .collect();
        format!(
            "expected {allowed} blocks to be left, saw {}: memory leaked{}",
            self.live.len(),
            list.concat()
        )
    }
}

/// Runs `work` and reports what it did with memory on this thread.
///
/// Whatever `work` still owns when it ends counts as live: let every value of
/// the code under test go out of scope inside. Scopes do not nest.
///
/// # Panics
///
/// Passes on a panic of `work`; panics when a scope is open on this thread.
pub fn scope<R>(work: impl FnOnce() -> R) -> (R, Report) {
    scope_refusing(usize::MAX, work)
}

/// Like [`scope`], with every request from number `from` on (counted from 1)
/// answered by null.
pub fn scope_refusing<R>(from: usize, work: impl FnOnce() -> R) -> (R, Report) {
    scope_with(from, usize::MAX, work)
}

/// Like [`scope`], with every request for more than `most` bytes answered by
/// null, and every one after the first few thousand: much memory in small blocks
/// would be had as well, and take for ever.
pub fn scope_refusing_above<R>(most: usize, work: impl FnOnce() -> R) -> (R, Report) {
    const MANY: usize = 1 << 13;
    scope_with(MANY, most, work)
}

fn scope_with<R>(
    refuse_from: usize,
    refuse_above: usize,
    work: impl FnOnce() -> R,
) -> (R, Report) {
    if cfg!(miri) || std::env::var_os("WORKBOOK_AUDIT").is_some_and(|v| v == "off") {
        return (work(), Report::default());
    }
    let open = OpenScope::open(refuse_from, refuse_above);
    let result = work();
    let report = open.close();
    (result, report)
}

/// Runs `work` as if no scope were open: for the bookkeeping of a test.
pub fn pause<R>(work: impl FnOnce() -> R) -> R {
    struct Resume;
    impl Drop for Resume {
        fn drop(&mut self) {
            PAUSES.set(PAUSES.get() - 1);
        }
    }
    PAUSES.set(PAUSES.get() + 1);
    let _resume = Resume;
    work()
}

thread_local! {
    /// The scope of this thread: its slot plus one, 0 when none is open.
    static SCOPE: Cell<u32> = const { Cell::new(NONE) };
    /// How many `pause` calls are running on this thread.
    static PAUSES: Cell<u32> = const { Cell::new(0) };
}

struct OpenScope {
    slot: u32,
}

impl OpenScope {
    fn open(refuse_from: usize, refuse_above: usize) -> OpenScope {
        assert!(SCOPE.get() == NONE, "an audit scope is already open on this thread");
        let slot = with_state(|state| {
            let slot = state
                .scopes
                .iter()
                .position(|s| !s.open)
                .expect("more audit scopes at once than there are slots");
            state.scopes[slot] =
                ScopeState { open: true, refuse_from, refuse_above, ..ScopeState::EMPTY };
            slot as u32 + 1
        });
        SCOPE.set(slot);
        OpenScope { slot }
    }

    fn close(self) -> Report {
        SCOPE.set(NONE);
        let mut live = [LiveBlock { size: 0, align: 0, request: 0 }; 64];
        let (scope, live_count) = with_state(|state| state.close_scope(self.slot, &mut live));
        std::mem::forget(self);
        let mut report = Report {
            audited: true,
            requests: scope.requests,
            frees: scope.frees,
            foreign_frees: scope.foreign_frees,
            faults: scope.faults[..scope.fault_count].iter().flatten().copied().collect(),
            live: live[..live_count.min(live.len())].to_vec(),
        };
        report.live.sort_by_key(|block| block.request);
        report
    }
}

impl Drop for OpenScope {
    /// Reached when the work panicked: the scope ends without a report.
    fn drop(&mut self) {
        SCOPE.set(NONE);
        let mut live = [LiveBlock { size: 0, align: 0, request: 0 }; 1];
        with_state(|state| state.close_scope(self.slot, &mut live));
    }
}

// ---------------------------------------------------------------------------

#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockState {
    Live,
    /// Freed by the code under test, kept to notice late writes.
    Freed,
    /// Given back to the system; kept only to notice a second free.
    Released,
}

#[derive(Clone, Copy)]
struct Entry {
    addr: usize,
    size: usize,
    align: usize,
    base: *mut u8,
    base_size: usize,
    base_align: usize,
    request: usize,
    state: BlockState,
    /// Slot plus one of the scope that asked, `NONE` once that scope ended.
    scope: u32,
    next_in_bucket: u32,
    next_in_scope: u32,
}

#[derive(Clone, Copy)]
struct ScopeState {
    open: bool,
    refuse_from: usize,
    refuse_above: usize,
    requests: usize,
    frees: usize,
    foreign_frees: usize,
    faults: [Option<Fault>; FAULTS],
    fault_count: usize,
    first: u32,
}

impl ScopeState {
    const EMPTY: ScopeState = ScopeState {
        open: false,
        refuse_from: usize::MAX,
        refuse_above: usize::MAX,
        requests: 0,
        frees: 0,
        foreign_frees: 0,
        faults: [None; FAULTS],
        fault_count: 0,
        first: NONE,
    };
}

/// Entries are named by index plus one, so that `NONE` is no entry.
struct State {
    entries: *mut Entry,
    used: usize,
    free_head: u32,
    tracked: usize,
    lowest: usize,
    highest: usize,
    buckets: [u32; BUCKETS],
    scopes: [ScopeState; SCOPES],
}

struct Shared(UnsafeCell<State>);

// SAFETY: the cell is reached only through `with_state`, which holds `LOCK`
// (INV-1), so no two threads are ever inside at once.
unsafe impl Sync for Shared {}

static LOCK: AtomicBool = AtomicBool::new(false);
static STATE: Shared = Shared(UnsafeCell::new(State {
    entries: ptr::null_mut(),
    used: 0,
    free_head: NONE,
    tracked: 0,
    lowest: usize::MAX,
    highest: 0,
    buckets: [NONE; BUCKETS],
    scopes: [ScopeState::EMPTY; SCOPES],
}));

/// Runs `work` on the shared state, alone.
fn with_state<R>(work: impl FnOnce(&mut State) -> R) -> R {
    struct Unlock;
    impl Drop for Unlock {
        fn drop(&mut self) {
            // ORDERING: pairs with the acquire below in the next thread.
            LOCK.store(false, Ordering::Release);
        }
    }
    while LOCK.compare_exchange_weak(false, true, Ordering::Acquire, Ordering::Relaxed).is_err()
    {
        hint::spin_loop();
    }
    let _unlock = Unlock;
    // SAFETY: `LOCK` was false and is now true, so this is the only reference
    // to the state until `_unlock` drops; `work` cannot come back here, since
    // nothing it calls allocates (INV-1).
    work(unsafe { &mut *STATE.0.get() })
}

impl State {
    fn entry(&mut self, id: u32) -> &mut Entry {
        debug_assert!(id != NONE && id as usize <= self.used);
        // SAFETY: ids are handed out by `insert`, which wrote entry `id - 1` of
        // the array of `ENTRIES` entries before it returned.
        unsafe { &mut *self.entries.add(id as usize - 1) }
    }

    fn bucket(addr: usize) -> usize {
        (addr >> 3).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40 & (BUCKETS - 1)
    }

    fn find(&mut self, addr: usize) -> u32 {
        if self.tracked == 0 {
            return NONE;
        }
        let mut id = self.buckets[State::bucket(addr)];
        while id != NONE {
            let entry = self.entry(id);
            if entry.addr == addr {
                return id;
            }
            id = entry.next_in_bucket;
        }
        NONE
    }

    /// A live block that `addr` points into.
    fn find_around(&mut self, addr: usize) -> Option<Entry> {
        if self.tracked == 0 || addr < self.lowest || addr >= self.highest {
            return None;
        }
        for bucket in 0..BUCKETS {
            let mut id = self.buckets[bucket];
            while id != NONE {
                let entry = *self.entry(id);
                if entry.state == BlockState::Live
                    && (entry.addr..entry.addr + entry.size).contains(&addr)
                {
                    return Some(entry);
                }
                id = entry.next_in_bucket;
            }
        }
        None
    }

    /// Writes down a new block; false when the book is full.
    fn insert(&mut self, mut entry: Entry) -> bool {
        if self.entries.is_null() {
            let layout = Layout::array::<Entry>(ENTRIES).expect("a constant size");
            // SAFETY: the layout has a non-zero size.
            self.entries = unsafe { System.alloc(layout) }.cast();
            if self.entries.is_null() {
                return false;
            }
        }
        // A released block's address may come back: its old entry goes.
        let stale = self.find(entry.addr);
        if stale != NONE {
            self.unlink(stale);
        }
        let id = if self.free_head != NONE {
            let id = self.free_head;
            self.free_head = self.entry(id).next_in_bucket;
            id
        } else if self.used < ENTRIES {
            self.used += 1;
            self.used as u32
        } else {
            return false;
        };
        let bucket = State::bucket(entry.addr);
        entry.next_in_bucket = self.buckets[bucket];
        if entry.scope != NONE {
            let scope = &mut self.scopes[entry.scope as usize - 1];
            entry.next_in_scope = scope.first;
            scope.first = id;
        }
        // SAFETY: `id - 1 < used <= ENTRIES`, the length of the array.
        unsafe { self.entries.add(id as usize - 1).write(entry) };
        self.buckets[bucket] = id;
        self.tracked += 1;
        self.lowest = self.lowest.min(entry.addr);
        self.highest = self.highest.max(entry.addr + entry.size);
        true
    }

    /// Takes an entry out of its bucket; its scope list must not reach it.
    fn unlink(&mut self, id: u32) {
        let entry = *self.entry(id);
        if entry.scope != NONE {
            // Still in the list of an open scope: leave the slot occupied, and
            // only make the address free for its successor.
            let bucket = State::bucket(entry.addr);
            self.remove_from_bucket(bucket, id);
            self.entry(id).addr = 0;
            self.entry(id).state = BlockState::Released;
            return;
        }
        let bucket = State::bucket(entry.addr);
        self.remove_from_bucket(bucket, id);
        self.recycle(id);
    }

    fn remove_from_bucket(&mut self, bucket: usize, id: u32) {
        let next = self.entry(id).next_in_bucket;
        if self.buckets[bucket] == id {
            self.buckets[bucket] = next;
            return;
        }
        let mut at = self.buckets[bucket];
        while at != NONE {
            let entry = self.entry(at);
            if entry.next_in_bucket == id {
                entry.next_in_bucket = next;
                return;
            }
            at = entry.next_in_bucket;
        }
    }

    fn recycle(&mut self, id: u32) {
        self.entry(id).next_in_bucket = self.free_head;
        self.free_head = id;
        self.tracked -= 1;
    }

    fn fault(&mut self, scope: u32, fault: Fault) {
        if scope == NONE {
            return;
        }
        let scope = &mut self.scopes[scope as usize - 1];
        if scope.fault_count < FAULTS {
            scope.faults[scope.fault_count] = Some(fault);
            scope.fault_count += 1;
        }
    }

    fn check_guards(&mut self, entry: &Entry) {
        if entry.state == BlockState::Released {
            return;
        }
        let front = entry.addr - entry.base.addr();
        for distance in 1..=front {
            // SAFETY: `front` bytes lie between `base` and the block (INV-3),
            // inside an allocation that is still ours (INV-2).
            let byte = unsafe { entry.base.add(front - distance).read() };
            if byte != GUARD_BYTE {
                self.fault(entry.scope, Fault::WroteBefore { size: entry.size, distance });
                break;
            }
        }
        for distance in 0..GUARD {
            // SAFETY: `GUARD` bytes follow the block (INV-3), inside an
            // allocation that is still ours (INV-2).
            let byte = unsafe { entry.base.add(front + entry.size + distance).read() };
            if byte != GUARD_BYTE {
                self.fault(entry.scope, Fault::WrotePast { size: entry.size, distance });
                break;
            }
        }
    }

    fn check_poison(&mut self, entry: &Entry) {
        let front = entry.addr - entry.base.addr();
        for offset in 0..entry.size {
            // SAFETY: `offset < size`, and the block lies inside an allocation
            // that is still ours (INV-2, INV-3).
            let byte = unsafe { entry.base.add(front + offset).read() };
            if byte != POISON {
                self.fault(entry.scope, Fault::WriteAfterFree { size: entry.size, offset });
                return;
            }
        }
    }

    fn release(entry: &Entry) {
        let layout = Layout::from_size_align(entry.base_size, entry.base_align)
            .expect("the layout that the block was obtained with");
        // SAFETY: the block came from `System` with this very layout and was
        // not given back yet (INV-2).
        unsafe { System.dealloc(entry.base, layout) };
    }

    fn close_scope(&mut self, slot: u32, live: &mut [LiveBlock]) -> (ScopeState, usize) {
        let mut live_count = 0;
        let mut id = self.scopes[slot as usize - 1].first;
        while id != NONE {
            let entry = *self.entry(id);
            let next = entry.next_in_scope;
            match entry.state {
                BlockState::Live => {
                    self.check_guards(&entry);
                    if let Some(place) = live.get_mut(live_count) {
                        *place = LiveBlock {
                            size: entry.size,
                            align: entry.align,
                            request: entry.request,
                        };
                    }
                    live_count += 1;
                    self.entry(id).scope = NONE;
                }
                BlockState::Freed => {
                    self.check_guards(&entry);
                    self.check_poison(&entry);
                    State::release(&entry);
                    self.remove_from_bucket(State::bucket(entry.addr), id);
                    self.recycle(id);
                }
                BlockState::Released => {
                    if entry.addr != 0 {
                        self.remove_from_bucket(State::bucket(entry.addr), id);
                    }
                    self.recycle(id);
                }
            }
            id = next;
        }
        let scope = self.scopes[slot as usize - 1];
        self.scopes[slot as usize - 1] = ScopeState::EMPTY;
        if self.tracked == 0 {
            self.lowest = usize::MAX;
            self.highest = 0;
        }
        (scope, live_count)
    }
}

/// Fills a block, or only both ends of a large one.
///
/// # Safety
///
/// - `size` bytes at `start` are writable and belong to the caller.
unsafe fn fill(start: *mut u8, size: usize, byte: u8) {
    if size <= LARGE {
        // SAFETY: the caller owns `size` writable bytes at `start`.
        unsafe { start.write_bytes(byte, size) };
    } else {
        // SAFETY: `FILLED_ENDS < LARGE < size`, so both ends lie inside the
        // `size` writable bytes that the caller owns.
        unsafe {
            start.write_bytes(byte, FILLED_ENDS);
            start.add(size - FILLED_ENDS).write_bytes(byte, FILLED_ENDS);
        }
    }
}

fn current_scope() -> u32 {
    // A thread that is being torn down has no scope.
    let paused = PAUSES.try_with(Cell::get).unwrap_or(1);
    if paused > 0 { NONE } else { SCOPE.try_with(Cell::get).unwrap_or(NONE) }
}

/// Obtains a block for the open scope `scope`.
fn audited_alloc(layout: Layout, scope: u32) -> *mut u8 {
    let refused = with_state(|state| {
        let s = &mut state.scopes[scope as usize - 1];
        s.requests += 1;
        // A panic needs memory for its message: what is refused is the request
        // under test, not the way in which its failure is reported.
        let due = s.requests >= s.refuse_from || layout.size() > s.refuse_above;
        let refused = due && !std::thread::panicking();
        if layout.size() == 0 {
            state.fault(scope, Fault::ZeroSizeRequest { align: layout.align() });
        }
        refused
    });
    if refused {
        return ptr::null_mut();
    }
    let (size, align) = (layout.size(), layout.align());
    // The block starts at an odd multiple of its alignment.
    let Some(step) = align.checked_mul(2) else { return ptr::null_mut() };
    let front = GUARD.next_multiple_of(step) + align;
    let Some(base_size) = front.checked_add(size).and_then(|n| n.checked_add(GUARD)) else {
        return ptr::null_mut();
    };
    let Ok(base_layout) = Layout::from_size_align(base_size, step.max(16)) else {
        return ptr::null_mut();
    };
    // SAFETY: `base_size >= 2 * GUARD`, so the layout is not zero-sized.
    let base = unsafe { System.alloc(base_layout) };
    if base.is_null() {
        return base;
    }
    // SAFETY: the allocation has `front + size + GUARD` bytes, and these three
    // stretches divide it without a gap.
    let block = unsafe {
        base.write_bytes(GUARD_BYTE, front);
        let block = base.add(front);
        fill(block, size, FRESH);
        block.add(size).write_bytes(GUARD_BYTE, GUARD);
        block
    };
    let inserted = with_state(|state| {
        let request = state.scopes[scope as usize - 1].requests;
        state.insert(Entry {
            addr: block.addr(),
            size,
            align,
            base,
            base_size,
            base_align: base_layout.align(),
            request,
            state: BlockState::Live,
            scope,
            next_in_bucket: NONE,
            next_in_scope: NONE,
        })
    });
    if inserted {
        block
    } else {
        // The book is full: this block goes unaudited.
        // SAFETY: `base` came from `System` with `base_layout` just above.
        unsafe { System.dealloc(base, base_layout) };
        // SAFETY: a zero-sized request was recorded above; the system's
        // allocator answers it like any other.
        unsafe { System.alloc(layout) }
    }
}

/// True when the block at `block` is in the book and has been dealt with.
fn audited_dealloc(block: *mut u8, layout: Layout) -> bool {
    let scope = current_scope();
    with_state(|state| {
        let id = state.find(block.addr());
        if id == NONE {
            if scope == NONE {
                return false;
            }
            if layout.size() == 0 {
                state.fault(scope, Fault::ZeroSizeFree { addr: block.addr() });
                return true;
            }
            if let Some(entry) = state.find_around(block.addr()) {
                let offset = block.addr() - entry.addr;
                state.fault(scope, Fault::InteriorFree { size: entry.size, offset });
                return true;
            }
            if block.addr() < 1 << 16 {
                let (addr, size) = (block.addr(), layout.size());
                state.fault(scope, Fault::InvalidFree { addr, size });
                return true;
            }
            state.scopes[scope as usize - 1].foreign_frees += 1;
            return false;
        }
        let entry = *state.entry(id);
        if entry.state != BlockState::Live {
            let blame = if entry.scope == NONE { scope } else { entry.scope };
            state.fault(blame, Fault::DoubleFree { size: entry.size, align: entry.align });
            return true;
        }
        if (layout.size(), layout.align()) != (entry.size, entry.align) {
            let fault = Fault::LayoutMismatch {
                size: entry.size,
                align: entry.align,
                given_size: layout.size(),
                given_align: layout.align(),
            };
            state.fault(entry.scope, fault);
        }
        if entry.scope == NONE {
            // Its scope has ended: nothing is left to report to.
            State::release(&entry);
            state.unlink(id);
            return true;
        }
        state.scopes[entry.scope as usize - 1].frees += 1;
        if entry.size > LARGE {
            state.check_guards(&entry);
            State::release(&entry);
            state.entry(id).state = BlockState::Released;
        } else {
            let front = entry.addr - entry.base.addr();
            // SAFETY: the block of `size` bytes lies `front` bytes into an
            // allocation that is still ours (INV-2, INV-3).
            unsafe { fill(entry.base.add(front), entry.size, POISON) };
            state.entry(id).state = BlockState::Freed;
        }
        true
    })
}

// SAFETY:
// - inside a scope, `alloc` returns null or a block of at least the asked size
//   at the asked alignment (`front` is an odd multiple of it), which belongs to
//   nobody else: it lies in an allocation of its own;
// - outside, every call is passed on to `System`, which keeps the contract;
// - blocks stay allocated until `dealloc` names them (INV-2);
// - nothing here unwinds on a path that the allocator's user can reach.
unsafe impl GlobalAlloc for Auditor {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match current_scope() {
            // SAFETY: passed on with the caller's own promise.
            NONE => unsafe { System.alloc(layout) },
            scope => audited_alloc(layout, scope),
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if !audited_dealloc(block, layout) {
            // SAFETY: not a block of ours, so it came from `System`; the layout
            // is the caller's promise.
            unsafe { System.dealloc(block, layout) };
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let known = with_state(|state| match state.find(block.addr()) {
            NONE => None,
            id => Some(state.entry(id).size),
        });
        let Some(true_size) = known else {
            // SAFETY: not a block of ours, so it came from `System`; the rest is
            // the caller's promise.
            return unsafe { System.realloc(block, layout, new_size) };
        };
        // SAFETY: the caller promises that `new_size` is not zero and does not
        // overflow when rounded up to the alignment.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        // SAFETY: `new_size` is not zero, as promised by the caller.
        let new = unsafe { self.alloc(new_layout) };
        if !new.is_null() {
            let kept = layout.size().min(new_size).min(true_size);
            // SAFETY: `kept` bytes are readable in the old block and writable in
            // the new one, and these are two different allocations.
            unsafe { ptr::copy_nonoverlapping(block, new, kept) };
            // SAFETY: the caller gives the block up, with its layout.
            unsafe { self.dealloc(block, layout) };
        }
        new
    }
}
