// Every function keeps its signature and can be called without `unsafe`.
use unsafe_workbook::ex4_undefined_behavior as ex4;

// It has no traits at all, not even those that most types have by themselves.
#[expect(dead_code, reason = "only its traits count")]
struct Bare(std::marker::PhantomPinned, *mut u8, std::cell::Cell<u8>);

type Slots<'a> = Option<(&'a mut u32, &'a mut u32)>;

fn main() {
    let _: fn(&mut [u32], usize, u32) -> Option<u32> = ex4::store;
    let _: fn(&mut u32, u32, u32) -> u32 = ex4::add_then_scale;
    let _: fn(&mut u32, u32, u32) -> u32 = ex4::scale_then_add;
    let _: fn(Box<[u32]>) -> (u32, u32) = ex4::sum_by_parity;
    let _: fn(&[u8], usize) -> u32 = ex4::padded_checksum;
    let _: fn(&mut Vec<u32>, u32) -> Option<u32> = ex4::append_and_raise;
    let _: fn(&mut Vec<u32>, u32) -> Option<u32> = ex4::append_and_lower;
    let _: fn(&[u8], usize) -> Option<u32> = ex4::read_word;
    let _: fn(&[u8]) -> usize = ex4::count_set;
    let _: fn(&[u32], fn(u32) -> u64) -> u64 = ex4::weigh_in_parallel;
    let _: fn(&[u32]) -> u32 = ex4::fold_forwards;
    let _: fn(&[u32]) -> u32 = ex4::fold_backwards;
    let _: fn(&[u32]) -> usize = ex4::count_negative;
    let _: fn(&mut u64, u8) -> u64 = ex4::alternate;
    let _: fn(&mut std::rc::Rc<str>, std::rc::Rc<str>) -> std::rc::Rc<str> = ex4::exchange;
    let _: fn(&mut Bare, Bare) -> Bare = ex4::exchange;
    let _: fn(&mut [u32], u32) -> u32 = ex4::raise_all;
    let _: fn(&mut [u32], usize, usize) -> Slots<'_> = ex4::two_slots;
}
