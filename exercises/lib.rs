//! The exercises of the Unsafe Rust Workbook.
//!
//! Each exercise is one module, one file and one cargo feature. You edit the
//! file in this folder; with the feature `solutions` the file of the same name
//! in `solutions/` is compiled in its place, and nothing else changes.
//!
//! Every module is declared twice, written out: an editor then takes the file
//! in this folder for the module, never the solution.

#[cfg(all(feature = "ex1", not(feature = "solutions")))]
pub mod ex1_my_box;
#[cfg(all(feature = "ex1", feature = "solutions"))]
#[path = "../solutions/ex1_my_box.rs"]
pub mod ex1_my_box;

#[cfg(all(feature = "ex2", not(feature = "solutions")))]
pub mod ex2_circular_buffer;
#[cfg(all(feature = "ex2", feature = "solutions"))]
#[path = "../solutions/ex2_circular_buffer.rs"]
pub mod ex2_circular_buffer;

#[cfg(all(feature = "ex3", not(feature = "solutions")))]
pub mod ex3_c_string;
#[cfg(all(feature = "ex3", feature = "solutions"))]
#[path = "../solutions/ex3_c_string.rs"]
pub mod ex3_c_string;

#[cfg(all(feature = "ex4", not(feature = "solutions")))]
pub mod ex4_undefined_behavior;
#[cfg(all(feature = "ex4", feature = "solutions"))]
#[path = "../solutions/ex4_undefined_behavior.rs"]
pub mod ex4_undefined_behavior;

#[cfg(all(feature = "ex5", not(feature = "solutions")))]
pub mod ex5_memory_pool;
#[cfg(all(feature = "ex5", feature = "solutions"))]
#[path = "../solutions/ex5_memory_pool.rs"]
pub mod ex5_memory_pool;

// The exercises with a C side. Where there is neither a C compiler nor Miri, they
// stay out of the build (`c_side` is set by build.rs).

#[cfg(all(feature = "ex6", any(c_side, miri), not(feature = "solutions")))]
pub mod ex6_layout;
#[cfg(all(feature = "ex6", any(c_side, miri), feature = "solutions"))]
#[path = "../solutions/ex6_layout.rs"]
pub mod ex6_layout;

#[cfg(all(feature = "ex7", any(c_side, miri), not(feature = "solutions")))]
pub mod ex7_image;
#[cfg(all(feature = "ex7", any(c_side, miri), feature = "solutions"))]
#[path = "../solutions/ex7_image.rs"]
pub mod ex7_image;

#[cfg(all(feature = "ex8", any(c_side, miri), not(feature = "solutions")))]
pub mod ex8_callbacks;
#[cfg(all(feature = "ex8", any(c_side, miri), feature = "solutions"))]
#[path = "../solutions/ex8_callbacks.rs"]
pub mod ex8_callbacks;

#[cfg(all(feature = "ex9", not(feature = "solutions")))]
pub mod ex9_exporting;
#[cfg(all(feature = "ex9", feature = "solutions"))]
#[path = "../solutions/ex9_exporting.rs"]
pub mod ex9_exporting;

// libgit2 comes as C code, which Miri cannot run.

#[cfg(all(feature = "ex10", not(miri), not(feature = "solutions")))]
pub mod ex10_git;
#[cfg(all(feature = "ex10", not(miri), feature = "solutions"))]
#[path = "../solutions/ex10_git.rs"]
pub mod ex10_git;

// SQLite likewise.

#[cfg(all(feature = "ex11", not(miri), not(feature = "solutions")))]
pub mod ex11_database;
#[cfg(all(feature = "ex11", not(miri), feature = "solutions"))]
#[path = "../solutions/ex11_database.rs"]
pub mod ex11_database;

/// Which of the two folders this library was built from.
///
/// The compile-fail tests name these types to prove that they were compiled
/// against the module under test: a test framework that loses the cargo
/// features on the way would otherwise judge the wrong code in silence.
pub mod mode {
    /// Exists when the library is built from `exercises/`.
    #[cfg(not(feature = "solutions"))]
    pub struct Exercises;

    /// Exists when the library is built from `solutions/`.
    #[cfg(feature = "solutions")]
    pub struct Solutions;
}
