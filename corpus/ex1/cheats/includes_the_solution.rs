//! cheat: includes the text of the model solution
//! expect: compile_error

include!("../solutions/ex1_my_box.rs");
