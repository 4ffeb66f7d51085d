// A function that uses a pointer from its caller trusts the caller, so it is unsafe.
#![allow(warnings)]
use unsafe_workbook::ex9_exporting::{
    words_add, words_count, words_each, words_free, words_last_error, words_most_common,
    words_string_free,
};

fn main() {
    words_free(todo!());
    words_add(todo!(), todo!());
    words_count(todo!(), todo!(), todo!());
    words_most_common(todo!(), todo!());
    words_string_free(todo!());
    words_each(todo!(), todo!(), todo!());
    words_last_error(todo!(), todo!());
}
