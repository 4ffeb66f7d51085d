//! Turns one error of Miri into an answer for a student: which rule was
//! broken, by which access, where the pointer came from and where it lost its
//! right, each with its line, then what that means and what to look at.

use super::parse::{Diagnostic, Place, Remark};

/// What Miri found, as far as a student must tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    StackedBorrows,
    TreeBorrows,
    UseAfterFree,
    DoubleFree,
    OutOfBounds,
    PointerArithmetic,
    NullPointer,
    NoProvenance,
    Misaligned,
    Uninitialized,
    InvalidValue,
    DanglingReference,
    DataRace,
    WrongLayout,
    WrongAllocator,
    BadAllocation,
    Overlap,
    DifferentAllocations,
    ReadOnly,
    BrokenPromise,
    BadCall,
    Unwind,
    OtherUndefined,
    Leak,
    Unsupported,
    Abort,
    Deadlock,
    OutOfMemory,
    /// Not an error of the program under test: a compile error, for example.
    NotARun,
}

impl Kind {
    /// Undefined behaviour, as opposed to a leak, an abort or a limit of Miri.
    pub fn is_undefined_behavior(self) -> bool {
        !matches!(
            self,
            Kind::Leak
                | Kind::Unsupported
                | Kind::Abort
                | Kind::Deadlock
                | Kind::OutOfMemory
                | Kind::NotARun
        )
    }
}

/// One line of the story: a place and what happened there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub what: String,
    pub place: Place,
    /// The line stands in the student's own file.
    pub own: bool,
}

/// The answer to one error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub kind: Kind,
    pub title: String,
    /// In the order in which it happened; the last step is the error itself.
    pub steps: Vec<Step>,
    pub meaning: String,
    pub remedy: String,
}

impl Explanation {
    /// The line in the student's file that is best to look at first: the error
    /// itself, or else the last step that stands there.
    pub fn line(&self) -> Option<u32> {
        self.steps.iter().rev().find(|step| step.own).and_then(|step| step.place.line)
    }
}

/// The file that the explanation is for.
#[derive(Debug, Clone, Copy)]
pub struct Own<'a> {
    /// As cargo shows it: `exercises/ex2_circular_buffer.rs`.
    pub path: &'a str,
    /// Quoted where the report names a line without showing it.
    pub source: &'a str,
}

/// Explains `diagnostic` to the author of `own`.
pub fn explain(diagnostic: &Diagnostic, own: Own<'_>) -> Explanation {
    let kind = kind_of(diagnostic);
    let story = Story { diagnostic, own };
    let (title, meaning, remedy) = words(kind, diagnostic);
    Explanation { kind, title, steps: story.steps(kind), meaning, remedy: remedy.to_owned() }
}

/// Names the error from Miri's first line; the remarks settle what it leaves
/// open.
pub fn kind_of(diagnostic: &Diagnostic) -> Kind {
    let title = diagnostic.title.as_str();
    let has = |text: &str| title.contains(text);
    let remarks = |text: &str| diagnostic.remarks.iter().any(|r| r.text.contains(text));

    if has("memory leaked") {
        return Kind::Leak;
    }
    if has("unsupported operation") || has("clashes with a built-in shim") {
        return Kind::Unsupported;
    }
    if has("abnormal termination") {
        return Kind::Abort;
    }
    if has("deadlocked") {
        return Kind::Deadlock;
    }
    if has("resource exhaustion") {
        return Kind::OutOfMemory;
    }
    if !has("Undefined Behavior") {
        return Kind::NotARun;
    }
    if remarks("Stacked Borrows rules") {
        return Kind::StackedBorrows;
    }
    if remarks("Tree Borrows rules") {
        return Kind::TreeBorrows;
    }
    if has("Data race detected") || has("Race condition detected") {
        return Kind::DataRace;
    }
    if has("borrow stack") || has("protected") {
        return Kind::StackedBorrows;
    }
    if has("is forbidden") {
        return Kind::TreeBorrows;
    }
    if has("incorrect layout on deallocation") || has("does not point to the beginning") {
        return Kind::WrongLayout;
    }
    if has("deallocating") && has("deallocation operation") {
        return Kind::WrongAllocator;
    }
    if has("dangling box (use-after-free)") {
        // Whoever makes a `Box` of it will free it again: `from_raw` called twice.
        return Kind::DoubleFree;
    }
    if has("has been freed") || has("use-after-free") || has("dead local variable") {
        return match frees_memory(diagnostic) {
            true => Kind::DoubleFree,
            false if has("constructing invalid value") => Kind::DanglingReference,
            false => Kind::UseAfterFree,
        };
    }
    if has("null pointer")
        || has("a null reference")
        || has("a null box")
        || has("a null function")
    {
        return Kind::NullPointer;
    }
    if has("alignment") && has("is required")
        || has("unaligned reference")
        || has("unaligned box")
    {
        return Kind::Misaligned;
    }
    if has("uninitialized") {
        return Kind::Uninitialized;
    }
    if has("no provenance") {
        return Kind::NoProvenance;
    }
    if has("in-bounds pointer arithmetic failed") || has("overflowing pointer arithmetic") {
        return Kind::PointerArithmetic;
    }
    if has("end of the allocation") || has("the beginning of the allocation") {
        return Kind::OutOfBounds;
    }
    if has("going beyond the bounds") || has("dangling reference") || has("dangling box") {
        return Kind::DanglingReference;
    }
    if has("constructing invalid value") || has("invalid tag") || has("interpreting an invalid")
    {
        return Kind::InvalidValue;
    }
    if has("creating an allocation") || has("creating allocation") {
        return Kind::BadAllocation;
    }
    if has("overlapping ranges") {
        return Kind::Overlap;
    }
    if has("`ptr_offset_from") {
        return Kind::DifferentAllocations;
    }
    if has("read-only") {
        return Kind::ReadOnly;
    }
    if has("unreachable code")
        || has("`assume` called")
        || has("arithmetic overflow in `unchecked")
        || has("overflowing shift by")
        || has("uninhabited")
        || has("exact_div")
        || has("dividing by zero")
        || has("divisor of zero")
        || has("overflow in signed")
        || has("overflow computing total size")
        || has("_nonzero` called on 0")
        || has("float_to_int_unchecked")
    {
        return Kind::BrokenPromise;
    }
    if has("unwinding past") {
        return Kind::Unwind;
    }
    if has("calling convention")
        || has("calling a function")
        || has("number of arguments")
        || has("as function pointer")
        || has("variadic")
        || has("extern static")
    {
        return Kind::BadCall;
    }
    Kind::OtherUndefined
}

/// The failing operation is itself a deallocation.
fn frees_memory(diagnostic: &Diagnostic) -> bool {
    let in_code = diagnostic
        .place
        .as_ref()
        .and_then(|place| place.code.as_deref())
        .is_some_and(|code| code.contains("dealloc(") || code.contains("deallocate("));
    let in_frame = diagnostic.backtrace.first().is_some_and(|frame| {
        frame.function.contains("dealloc") || frame.function.contains("realloc")
    });
    in_code || in_frame
}

/// How Tree Borrows names a pointer that the failing one comes from.
const OLDER: &str = "the conflicting tag";

struct Story<'a> {
    diagnostic: &'a Diagnostic,
    own: Own<'a>,
}

impl Story<'_> {
    fn steps(&self, kind: Kind) -> Vec<Step> {
        // Miri tells of the failing pointer first. Tree Borrows may blame one
        // that it comes from, which is older.
        let mut remarks: Vec<&Remark> = self.diagnostic.remarks.iter().collect();
        remarks.sort_by_key(|remark| {
            !(remark.text.contains(OLDER) && remark.text.contains("was created here"))
        });
        let mut steps: Vec<Step> =
            remarks.into_iter().filter_map(|remark| self.remark(remark)).collect();
        steps.extend(self.error(kind));
        steps
    }

    fn is_own(&self, place: &Place) -> bool {
        let file = place.file.replace('\\', "/");
        file == self.own.path || file.ends_with(&format!("/{}", self.own.path))
    }

    fn step(&self, what: impl Into<String>, place: &Place) -> Step {
        let own = self.is_own(place);
        let mut place = place.clone();
        if own && place.code.is_none() {
            let index = place.line.and_then(|line| line.checked_sub(1));
            place.code = index
                .and_then(|index| self.own.source.lines().nth(index as usize))
                .map(|line| line.trim().to_owned())
                .filter(|line| !line.is_empty());
        }
        Step { what: what.into(), place, own }
    }

    /// The step that a remark with a place tells of.
    fn remark(&self, remark: &Remark) -> Option<Step> {
        let place = remark.place.as_ref()?;
        let text = remark.text.as_str();
        let what = if text.contains("was later invalidated") {
            invalidation(text)
        } else if text.contains("as the root tag") {
            "the memory is made here, and with it the first pointer to it".to_owned()
        } else if text.contains("zero-size retag") {
            "the pointer is made here, but for zero bytes: it may touch none".to_owned()
        } else if text.contains("was created by a") {
            format!("the pointer that fails later is made here, {}", permission(text))
        } else if text.contains("is this argument") {
            "this argument must stay valid until its function returns".to_owned()
        } else if text.contains("was created here") {
            created(text)
        } else if text.contains("later transitioned to") {
            transition(text)
        } else if text.contains("was allocated here") {
            "the memory is allocated here".to_owned()
        } else if text.contains("was deallocated here") {
            "the memory is freed here".to_owned()
        } else if text.contains("(1) occurred earlier here") {
            format!("first access: {}", self.racing(1))
        } else if text.contains("got called indirectly") {
            "the thread of the second access starts here".to_owned()
        } else {
            return None;
        };
        Some(self.step(what, place))
    }

    /// The failing operation: where the report points, and if that is inside
    /// the standard library or a test, the student's line that led there.
    fn error(&self, kind: Kind) -> Option<Step> {
        let primary = self.diagnostic.place.as_ref()?;
        let what = self.failing_operation(kind);
        if self.is_own(primary) {
            return Some(self.step(what, primary));
        }
        let own = self.diagnostic.backtrace.iter().find(|frame| self.is_own(&frame.place));
        let Some(own) = own else {
            return Some(self.step(what, primary));
        };
        let inside = self
            .diagnostic
            .backtrace
            .iter()
            .take_while(|frame| !self.is_own(&frame.place))
            .last()
            .map_or(String::new(), |frame| format!(", inside `{}`", short(&frame.function)));
        Some(self.step(format!("{what}{inside}"), &own.place))
    }

    fn failing_operation(&self, kind: Kind) -> String {
        let title = self.diagnostic.title.as_str();
        match kind {
            Kind::StackedBorrows | Kind::TreeBorrows => {
                format!("{} here breaks the rule", access(title))
            }
            Kind::DataRace => format!("second access: {}", self.racing(2)),
            Kind::Leak => "this memory is allocated here and never freed".to_owned(),
            Kind::DoubleFree if title.contains("dangling box") => {
                "a `Box` is made here of memory that is freed already".to_owned()
            }
            Kind::DoubleFree => "freed here once more".to_owned(),
            Kind::UseAfterFree => "used here after that".to_owned(),
            Kind::DanglingReference => "the reference is made here".to_owned(),
            Kind::InvalidValue => "the invalid value is made here".to_owned(),
            Kind::Uninitialized => "read here before anything was written".to_owned(),
            Kind::Misaligned => "the access stands here".to_owned(),
            Kind::WrongLayout | Kind::WrongAllocator => "freed here".to_owned(),
            Kind::PointerArithmetic => "the pointer is moved too far here".to_owned(),
            Kind::Unsupported => "Miri stops here".to_owned(),
            Kind::Abort => "the program ends itself here".to_owned(),
            Kind::Deadlock => "a thread waits here for ever".to_owned(),
            _ => "it happens here".to_owned(),
        }
    }

    /// What the title of a race says about its access `number`, such as
    /// "non-atomic write on thread `unnamed-1`".
    fn racing(&self, number: u32) -> String {
        let title = self.diagnostic.title.as_str();
        let Some((_, rest)) = title.split_once(&format!("({number}) ")) else {
            return "see Miri's report".to_owned();
        };
        let end = match number {
            1 => rest.find(" and (2)"),
            _ => rest.rfind(" at "),
        };
        // A reference is used the moment it is made.
        rest[..end.unwrap_or(rest.len())]
            .replace("retag write", "making a reference, which counts as a write,")
            .replace("retag read", "making a reference, which counts as a read,")
            .replace(", of type", ", to a value of type")
    }
}

/// `std::cell::Cell::set` for `std::cell::Cell::<bool>::set`.
fn short(function: &str) -> String {
    let mut short = String::new();
    let mut depth = 0_usize;
    let mut rest = function;
    while let Some(c) = rest.chars().next() {
        if depth == 0 && rest.starts_with("::<") {
            depth = 1;
            rest = &rest["::<".len()..];
            continue;
        }
        match (depth, c) {
            (0, c) => short.push(c),
            (_, '<') => depth += 1,
            (_, '>') => depth -= 1,
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    short
}

/// "a write", "a read", ... from the title of an aliasing error.
fn access(title: &str) -> &'static str {
    if title.contains("for Unique permission") {
        "making a `&mut`"
    } else if title.contains("for SharedReadOnly permission") {
        "making a `&`"
    } else if title.contains("for SharedReadWrite permission") {
        "making a raw pointer for writing"
    } else if title.contains("dealloc") {
        "freeing the memory"
    } else if title.contains("write access") {
        "the write"
    } else if title.contains("read access") {
        "the read"
    } else if title.contains("reborrow") || title.contains("retag") {
        "making a reference"
    } else {
        "the access"
    }
}

/// How the pointer was made, from "was created by a Unique retag".
fn permission(text: &str) -> &'static str {
    if text.contains("a Unique") {
        "as a `&mut` or a `Box`, or from one (the only pointer in use)"
    } else if text.contains("a SharedReadOnly") {
        "as a `&` or from one (it may read, never write)"
    } else if text.contains("a SharedReadWrite") {
        "as a raw pointer that may write"
    } else {
        "as a pointer into this memory"
    }
}

/// "was later invalidated at offsets [0x0..0x4] by a write access".
fn invalidation(text: &str) -> String {
    let cause = text.rsplit_once(" by a ").map_or("", |(_, cause)| cause);
    let by = if cause.starts_with("write access") {
        "a write through another pointer"
    } else if cause.starts_with("read access") {
        "a read through another pointer"
    } else if cause.contains("in-place function argument") {
        "handing the value itself to a function"
    } else if cause.starts_with("Unique function-entry") {
        "passing a `&mut` to the same memory into this call"
    } else if cause.starts_with("Unique") {
        "making a `&mut` to the same memory, or moving the `Box` that owns it"
    } else if cause.starts_with("SharedReadOnly") {
        "making a `&` to the same memory"
    } else if cause.starts_with("SharedReadWrite") {
        "making another raw pointer for writing"
    } else {
        "another use of the same memory"
    };
    format!("from here on it is invalid, because of {by}")
}

/// "the accessed tag <7> was created here, in the initial state Reserved".
fn created(text: &str) -> String {
    let state = if text.contains("state Reserved") {
        ", as a `&mut`"
    } else if text.contains("state Frozen") {
        ", as a `&` (it may read, never write)"
    } else if text.contains("state Cell") {
        ", as a `&` to something with interior mutability"
    } else {
        ""
    };
    if text.contains("protected tag") {
        format!(
            "a reference that must stay valid until its function returns is made here{state}"
        )
    } else if text.contains("conflicting tag") {
        format!("the reference that the failing pointer comes from is made here{state}")
    } else {
        format!("the pointer that fails later is made here{state}")
    }
}

/// "the accessed tag <7> later transitioned to Disabled due to a foreign write
/// access at offsets [0x0..0x4]".
fn transition(text: &str) -> String {
    let after = text.rsplit_once("transitioned to ").map_or("", |(_, after)| after);
    let cause = after.split_once(" due to ").map_or("", |(_, cause)| cause);
    let by = if cause.contains("child write") {
        return "it becomes the only pointer in use here, by the first write through it"
            .to_owned();
    } else if cause.contains("protector release") {
        "the return of the function that had borrowed the same memory"
    } else if cause.contains("reborrow") && cause.contains("foreign write") {
        "making a `&mut` to the same memory"
    } else if cause.contains("reborrow") {
        // Every new reference counts as a read, and so does a new `Box`.
        "making a reference or a `Box` to the same memory"
    } else if cause.contains("dealloc") {
        "freeing the memory"
    } else if cause.contains("foreign write") {
        "a write through another pointer"
    } else if cause.contains("foreign read") {
        "a read through another pointer"
    } else {
        "another use of the same memory"
    };
    let lost = if after.starts_with("Disabled") {
        "from here on it is invalid"
    } else if after.starts_with("Frozen") || after.starts_with("Reserved (conflicted)") {
        "from here on it may read, but no longer write"
    } else {
        "its rights change here"
    };
    format!("{lost}, because of {by}")
}

/// Title, meaning and remedy of an error.
fn words(kind: Kind, diagnostic: &Diagnostic) -> (String, String, &'static str) {
    let title = diagnostic.title.as_str();
    let detail = detail(title);
    let (head, meaning, remedy) = match kind {
        Kind::StackedBorrows | Kind::TreeBorrows => return aliasing(kind, diagnostic),
        Kind::UseAfterFree => (
            "memory was used after it had been freed",
            "The pointer outlived the memory that it points to. The bytes may belong to someone else by now.",
            "Ask who owns the memory at that line, and why it was freed before its last use.",
        ),
        Kind::DoubleFree => (
            "memory was freed twice",
            "The second `dealloc` hands back memory that no longer belongs to you; the allocator's own records break.",
            "Find the two owners: a copy of the pointer (`ptr::read`, `clone`, `from_raw` called twice) or a destructor that still runs after the value was taken out (`ManuallyDrop` keeps it from running).",
        ),
        Kind::OutOfBounds => (
            "an access went past its allocation",
            "The bytes belong to nobody, or to another value.",
            "Compare the index with the length at that line: `<` or `<=`, elements or bytes, before or after wrapping around.",
        ),
        Kind::PointerArithmetic => (
            "a pointer was moved outside its allocation",
            "`add`, `sub` and `offset` must stay inside the allocation (one past its end is allowed). Moving further is undefined behaviour even if the result is never used.",
            "Check the distance: `add` counts elements, `byte_add` counts bytes; check the bound before you move the pointer.",
        ),
        Kind::NullPointer => (
            "a null pointer was used as if it pointed to something",
            "Null points to no memory, and a reference, a `Box` or a function pointer is never null.",
            "Find where the null comes from: an unchecked result of `alloc`, a pointer that was never set. Check it before the first use.",
        ),
        Kind::NoProvenance => (
            "a pointer made from a plain number was used",
            "An address alone gives no right to memory. A pointer must be derived from the pointer to the allocation; a dangling one serves only where no byte is touched.",
            "For a zero-sized type or an empty buffer: touch no memory at all. Elsewhere derive the pointer with `add`, `cast` or `with_addr` from the one that the allocator gave you.",
        ),
        Kind::Misaligned => (
            "a pointer was not aligned for its type",
            "Every access through a `*const T` and every `&T` needs an address that is a multiple of `align_of::<T>()`, on every machine.",
            "Allocate with the alignment of the type, or use `read_unaligned` and `write_unaligned` and make no reference.",
        ),
        Kind::Uninitialized => (
            "memory was read before anything was written to it",
            "Fresh memory has no value, not even an arbitrary one: reading it is undefined behaviour for every type but `MaybeUninit`. Padding bytes count as well.",
            "Write first (`ptr.write(value)`), and follow the length: which elements hold a value at that line?",
        ),
        Kind::InvalidValue => (
            "a value was made that its type does not allow",
            "The compiler relies on the valid values of a type: a `bool` is 0 or 1, an enum has one of its tags, a `NonNull` is not null.",
            "Find where the bytes come from, and check them before they become a value of that type.",
        ),
        Kind::DanglingReference => (
            "a reference was made to memory that it must not refer to",
            "A reference must point to live memory of the full size of its type from the moment it is made, used or not.",
            "Keep a raw pointer or a `NonNull` where the memory may be gone or too short, and make the reference only where the value is alive.",
        ),
        Kind::DataRace => (
            "two threads touched the same memory without agreeing on an order (data race)",
            "At least one of the two accesses writes, at least one is not atomic, and nothing makes one happen before the other.",
            "Either the type must not be `Send` or `Sync` here (look at the bounds of the `unsafe impl`), or the memory needs an atomic, a lock or a join between the two.",
        ),
        Kind::WrongLayout => (
            "memory was freed with another layout than it was allocated with",
            "`dealloc` needs the size and the alignment of the request, and the very pointer that `alloc` returned.",
            "Compute the layout in one function, and use it for both `alloc` and `dealloc`.",
        ),
        Kind::WrongAllocator => (
            "memory was given back to an allocator that it did not come from",
            "`malloc` goes with `free`, `alloc` with `dealloc`, `Box::into_raw` with `Box::from_raw`, `CString::into_raw` with `CString::from_raw`.",
            "Free the memory by the counterpart of what allocated it.",
        ),
        Kind::BadAllocation => (
            "the allocator was asked for something that it does not serve",
            "`alloc` with a layout of size zero is undefined behaviour, and no allocation may be larger than `isize::MAX` bytes.",
            "Handle zero-sized types and capacity 0 before you call `alloc`; make the layout with `Layout::array` and look at its error.",
        ),
        Kind::Overlap => (
            "`copy_nonoverlapping` was called on ranges that overlap",
            "It may copy in any order because it is promised that source and destination share no byte.",
            "Use `ptr::copy`, or correct the ranges.",
        ),
        Kind::DifferentAllocations => (
            "the distance between pointers into two allocations was asked for",
            "`offset_from` is defined only for two pointers into the same allocation.",
            "To compare places, compare addresses (`ptr.addr()`); to get an index, subtract from a pointer to the same allocation.",
        ),
        Kind::ReadOnly => (
            "read-only memory was written to",
            "Constants, string literals and immutable statics stand in memory that nobody may write.",
            "Find where the pointer lost its `const`; write to memory of your own.",
        ),
        Kind::BrokenPromise => (
            "a promise to the compiler was broken",
            "An unchecked operation was called outside the range for which it is defined.",
            "Use the checked operation, or prove the precondition at that line and write the proof down as its SAFETY comment.",
        ),
        Kind::BadCall => (
            "a function was called with another signature than it has",
            "Calling convention, number of arguments and types must agree on both sides; for an `extern` block nobody checks that but you.",
            "Compare the declaration in the `extern` block with the definition.",
        ),
        Kind::Unwind => (
            "a panic left a function that must not unwind",
            "A function with the C calling convention has no way to pass a panic on.",
            "Catch the panic inside the function (`catch_unwind`) and return an error value.",
        ),
        Kind::Leak => (
            "memory was never freed",
            "The program ended and nothing pointed to this allocation any more. A leak is no undefined behaviour, but the contract asks for memory that is freed once.",
            "Follow the allocation to its last owner: a `drop` that does not free, a value taken out of its buffer, `forget` or `ManuallyDrop` on a path that had to free.",
        ),
        Kind::Unsupported => (
            "Miri cannot run this operation",
            "That is a limit of Miri, not a fault that it found.",
            "Nothing needs to be mended for its sake; the tests that use the operation are judged by the other stages.",
        ),
        Kind::Abort => (
            "the program ended itself under Miri",
            "An abort comes from `handle_alloc_error`, from a panic while a panic is under way, or from a panic that reaches a C boundary.",
            "Run `just check` without Miri first: the same test says more there.",
        ),
        Kind::Deadlock => (
            "every thread waits for another one",
            "Nobody is left to release what the others wait for.",
            "Look at the locks and joins at that line, and at the order in which they are taken.",
        ),
        Kind::OutOfMemory => (
            "Miri ran out of memory",
            "The program asked for more memory than Miri can offer.",
            "Look for a loop that allocates, or for a size computed from a wrapped number.",
        ),
        Kind::OtherUndefined => (
            "the program did something that has no meaning",
            "Miri's own first line says what it was.",
            "Read Miri's report below; its `help:` lines link to the rule.",
        ),
        Kind::NotARun => (
            "Miri did not get as far as running the tests",
            "The code compiles differently, or not at all, under Miri's toolchain.",
            "Read the report below; `just doctor` looks at the toolchain.",
        ),
    };
    // Where the steps already tell everything, Miri's words add nothing.
    let told = matches!(
        kind,
        Kind::UseAfterFree | Kind::DoubleFree | Kind::DataRace | Kind::Abort | Kind::Deadlock
    );
    let meaning = match detail {
        Some(detail) if !told => format!("{meaning} Here: {detail}."),
        _ => meaning.to_owned(),
    };
    (head.to_owned(), meaning, remedy)
}

/// Title, meaning and remedy of an error of the aliasing rules.
fn aliasing(kind: Kind, diagnostic: &Diagnostic) -> (String, String, &'static str) {
    let title = diagnostic.title.as_str();
    let remarks = |text: &str| diagnostic.remarks.iter().any(|r| r.text.contains(text));
    let model = match kind {
        Kind::StackedBorrows => "Stacked Borrows",
        _ => "Tree Borrows",
    };
    let protected = title.contains("protected")
        || remarks("is this argument")
        || remarks("protected tags must never be Disabled")
        || remarks("disallows deallocations");
    let read_only = title.contains("only grants SharedReadOnly")
        || remarks("state Frozen which forbids")
        || remarks("(conflicted) which forbids");
    let (head, meaning, remedy) = if protected {
        (
            "memory was touched while a reference argument still claimed it",
            "A reference that a function takes must stay valid until that function returns, and while it is valid nobody else may write (for a `&mut`: touch) the same memory.",
            "Look for a function that takes a `&mut` or a `Box` and reaches the same memory through a stored pointer. Pass a raw pointer, or use only the argument.",
        )
    } else if read_only {
        (
            "memory was written through a pointer that may only read",
            "A pointer made from a `&` never gets the right to write, not even by a cast to `*mut`; only an `UnsafeCell` in between gives it. A `&mut` loses that right while others read.",
            "Make the pointer from a `&mut`, from `&raw mut`, or take the one that the allocator gave you.",
        )
    } else if title.contains("no exposed tags") || title.contains("<wildcard>") {
        (
            "a pointer made from an integer was used without the right to do so",
            "The address was right, but no pointer whose address was exposed may still touch this memory.",
            "Keep the pointer as a pointer, and derive others from it with `add`, `cast` or `with_addr`.",
        )
    } else {
        (
            "a pointer was used after the memory had been claimed by another",
            "Using the original again, or making a new `&mut` to the same memory, ends the life of every pointer that was made from an earlier `&mut`.",
            "Make one raw pointer (`&raw mut`, or the one from the allocator) and go through it alone; make references short-lived, and not to the whole when a part will do.",
        )
    };
    (format!("{head} ({model})"), meaning.to_owned(), remedy)
}

/// The part of Miri's first line that holds the numbers of this case.
fn detail(title: &str) -> Option<String> {
    let text = title.split_once("Undefined Behavior: ").map_or(title, |(_, text)| text);
    let text =
        ["memory access failed: ", "in-bounds pointer arithmetic failed: ", "memory leaked: "]
            .iter()
            .find_map(|start| text.strip_prefix(start))
            .unwrap_or(text);
    let text = text.trim_end_matches([':', '.', ' ']).trim_end_matches(", allocated here");
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::miri::parse;

    const OWN: Own<'_> = Own { path: "exercises/ex2_circular_buffer.rs", source: "" };

    macro_rules! report {
        ($name:literal) => {{
            let text = include_str!(concat!("../../tests/miri_reports/", $name, ".txt"));
            let found = parse::diagnostics(text);
            assert_eq!(found.len(), 1, "one error expected in {}: {found:#?}", $name);
            explain(&found[0], OWN)
        }};
    }

    /// Line and text of every step, as a reader sees them.
    fn story(explanation: &Explanation) -> Vec<(u32, &str)> {
        explanation
            .steps
            .iter()
            .map(|step| (step.place.line.unwrap_or(0), step.what.as_str()))
            .collect()
    }

    #[test]
    fn stacked_borrows_tells_where_the_pointer_came_from_and_where_it_died() {
        let found = report!("stacked_tag_gone");
        assert_eq!(found.kind, Kind::StackedBorrows);
        assert!(
            found.title.contains("claimed by another (Stacked Borrows)"),
            "{}",
            found.title
        );
        assert_eq!(
            story(&found),
            [
                (
                    41,
                    "the pointer that fails later is made here, as a `&mut` or a `Box`, or from \
                     one (the only pointer in use)"
                ),
                (52, "from here on it is invalid, because of a read through another pointer"),
                (57, "the write here breaks the rule"),
            ]
        );
        assert_eq!(found.line(), Some(57));
        assert_eq!(
            found.steps[2].place.code.as_deref(),
            Some("unsafe { self.newest.write(value) };")
        );
    }

    #[test]
    fn a_pointer_from_a_shared_reference_may_not_write() {
        let found = report!("stacked_shared_only");
        assert!(found.title.contains("may only read"), "{}", found.title);
        assert!(found.steps[0].what.contains("as a `&`"), "{}", found.steps[0].what);
        let found = report!("tree_frozen");
        assert_eq!(found.kind, Kind::TreeBorrows);
        assert!(found.title.contains("may only read"), "{}", found.title);
    }

    #[test]
    fn a_protected_argument_is_named() {
        let found = report!("stacked_protected");
        assert!(found.title.contains("reference argument"), "{}", found.title);
        assert_eq!(
            story(&found)[1],
            (69, "this argument must stay valid until its function returns")
        );
        let found = report!("tree_protected");
        assert!(found.title.contains("reference argument"), "{}", found.title);
        let last = found.steps.last().unwrap();
        assert_eq!(
            last.what,
            "freeing the memory here breaks the rule, inside `std::alloc::dealloc`"
        );
        assert_eq!(last.place.line, Some(73));
    }

    #[test]
    fn tree_borrows_tells_of_the_reference_in_the_way() {
        let found = report!("tree_disabled");
        assert_eq!(found.kind, Kind::TreeBorrows);
        assert_eq!(
            story(&found),
            [
                (
                    40,
                    "the reference that the failing pointer comes from is made here, as a `&mut`"
                ),
                (41, "the pointer that fails later is made here"),
                (52, "from here on it is invalid, because of a write through another pointer"),
                (57, "the write here breaks the rule"),
            ]
        );
    }

    #[test]
    fn use_after_free_is_told_from_allocation_to_use() {
        let found = report!("use_after_free");
        assert_eq!(found.kind, Kind::UseAfterFree);
        assert_eq!(
            story(&found),
            [
                (33, "the memory is allocated here"),
                (92, "the memory is freed here"),
                (66, "used here after that, inside `std::ptr::read`"),
            ]
        );
    }

    #[test]
    fn a_second_dealloc_is_a_double_free() {
        let found = report!("double_free");
        assert_eq!(found.kind, Kind::DoubleFree);
        assert_eq!(found.steps.last().unwrap().place.line, Some(92));
        let found = report!("dangling_box");
        assert_eq!(found.kind, Kind::DoubleFree);
        assert!(found.steps[0].what.starts_with("a `Box` is made here of memory"));
    }

    #[test]
    fn accesses_and_arithmetic_past_the_end_are_told_apart() {
        let access = report!("out_of_bounds_access");
        assert_eq!(access.kind, Kind::OutOfBounds);
        assert!(access.meaning.contains("attempting to access 4 bytes"), "{}", access.meaning);
        let arithmetic = report!("out_of_bounds_arithmetic");
        assert_eq!(arithmetic.kind, Kind::PointerArithmetic);
        assert_eq!(arithmetic.line(), Some(58));
    }

    #[test]
    fn values_that_are_none_are_recognised() {
        assert_eq!(report!("uninitialized").kind, Kind::Uninitialized);
        assert_eq!(report!("invalid_bool").kind, Kind::InvalidValue);
        assert_eq!(report!("dangling_reference").kind, Kind::DanglingReference);
        assert_eq!(report!("null_access").kind, Kind::NullPointer);
        assert_eq!(report!("no_provenance").kind, Kind::NoProvenance);
        assert_eq!(report!("misaligned").kind, Kind::Misaligned);
    }

    #[test]
    fn a_race_names_both_accesses_and_their_threads() {
        let found = report!("data_race");
        assert_eq!(found.kind, Kind::DataRace);
        assert_eq!(
            story(&found),
            [
                (48, "first access: non-atomic write on thread `unnamed-2`"),
                (299, "the thread of the second access starts here"),
                (44, "second access: non-atomic read on thread `unnamed-3`"),
            ]
        );
        assert_eq!(found.line(), Some(44));
    }

    #[test]
    fn a_leak_is_no_undefined_behaviour_and_is_traced_to_the_student() {
        let found = report!("leak");
        assert_eq!(found.kind, Kind::Leak);
        assert!(!found.kind.is_undefined_behavior());
        assert_eq!(found.line(), Some(33));
        assert!(
            found.meaning.ends_with("(Rust heap, size: 16, align: 4)."),
            "{}",
            found.meaning
        );
    }

    #[test]
    fn deallocations_of_the_wrong_kind_are_told_apart() {
        assert_eq!(report!("wrong_layout").kind, Kind::WrongLayout);
        assert_eq!(report!("wrong_allocator").kind, Kind::WrongAllocator);
        assert_eq!(report!("zero_size").kind, Kind::BadAllocation);
    }

    #[test]
    fn limits_and_aborts_are_no_undefined_behaviour() {
        let found = report!("unsupported");
        assert_eq!(found.kind, Kind::Unsupported);
        assert!(found.meaning.contains("`strcat`"), "{}", found.meaning);
        assert!(!found.kind.is_undefined_behavior());
        assert_eq!(report!("abort").kind, Kind::Abort);
    }

    #[test]
    fn the_form_of_older_versions_is_read_as_well() {
        let found = report!("older_backtrace");
        assert_eq!(found.kind, Kind::UseAfterFree);
        assert_eq!(found.line(), Some(66));
    }

    #[test]
    fn functions_lose_their_generics_only() {
        assert_eq!(short("std::ptr::read::<std::string::String>"), "std::ptr::read");
        assert_eq!(short("std::cell::Cell::<Option<(u8, fn())>>::set"), "std::cell::Cell::set");
        assert_eq!(short("<Pool as std::ops::Drop>::drop"), "<Pool as std::ops::Drop>::drop");
    }

    #[test]
    fn a_submission_elsewhere_is_still_the_students_file() {
        let text = include_str!("../../tests/miri_reports/out_of_bounds_access.txt")
            .replace("exercises/", "/tmp/judge-7/exercises/");
        let found = explain(&parse::diagnostics(&text)[0], OWN);
        assert_eq!(found.line(), Some(66));
    }

    #[test]
    fn colours_do_not_hinder() {
        let text = include_str!("../../tests/miri_reports/out_of_bounds_access.txt").replace(
            "error: Undefined",
            "\u{1b}[1m\u{1b}[91merror\u{1b}[0m\u{1b}[1m: Undefined",
        );
        assert_eq!(kind_of(&parse::diagnostics(&text)[0]), Kind::OutOfBounds);
    }

    #[test]
    fn every_explanation_says_what_it_means_and_what_to_do() {
        for title in [
            "Undefined Behavior: something that no version of this file knows",
            "Undefined Behavior: entering unreachable code",
            "Undefined Behavior: `copy_nonoverlapping` called on overlapping ranges",
            "the evaluated program deadlocked",
            "mismatched types",
        ] {
            let diagnostic = Diagnostic { title: title.to_owned(), ..Diagnostic::default() };
            let found = explain(&diagnostic, OWN);
            assert!(
                !found.title.is_empty()
                    && !found.meaning.is_empty()
                    && !found.remedy.is_empty()
            );
        }
    }
}
