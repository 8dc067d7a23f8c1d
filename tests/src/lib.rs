//! Helpers shared by the tests that need two nodes, a shell or a page.
