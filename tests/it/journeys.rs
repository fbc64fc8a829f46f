//! What people do, from the first page to the last mail, over HTTP.

use crate::support::app::on_both;

#[test]
fn an_unknown_address_gets_a_page() {
    on_both(async |app| {
        let page = app.visitor().opens("/no-such-page").await.expect(404);
        assert!(page.text.contains("<html"), "{}", page.text);
    });
}
