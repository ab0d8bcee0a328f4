//! What must not compile: an entity whose fields do not say what they are.

#[test]
fn a_field_that_does_not_say_what_it_is_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile-fail/*.rs");
}
