//! cheat: declares the model solution as a module of its own
//! expect: compile_error

#[path = "../../solutions/ex1_my_box.rs"]
mod hidden;

pub use hidden::MyBox;
