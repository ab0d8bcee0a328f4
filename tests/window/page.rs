//! What a person does on a page: follow a link, fill a field, press a button.

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::json;

use crate::desktop::{PATIENCE, find};

/// Opens a page by its link. A link that moves while it is aimed at is missed, by a person too, who
/// then tries again.
pub(crate) async fn go(client: &Client, page: &str) {
    let link = format!("nav a[href='#/{page}']");
    let there = format!("{link}[aria-current='page']");
    let started = std::time::Instant::now();
    while started.elapsed() < PATIENCE {
        find(client, &link).await.click().await.expect("clicked");
        let reached = client.wait().at_most(std::time::Duration::from_secs(2));
        if reached.for_element(Locator::Css(&there)).await.is_ok() {
            return;
        }
    }
    panic!("the page {page} does not open");
}

/// Waits until what the page is now has been drawn.
pub(crate) async fn painted(client: &Client) {
    let script = "const done = arguments[0]; \
                  requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
    client.execute_async(script, Vec::new()).await.expect("drawn");
}

pub(crate) async fn choose(client: &Client, selector: &str, value: &str) {
    find(client, selector).await.select_by_value(value).await.expect("chosen");
}

/// Presses the button, or the choice, of that name.
pub(crate) async fn press(client: &Client, label: &str) {
    let path = format!(
        "//button[normalize-space()='{label}'] | //label[normalize-space()='{label}'] \
         | //a[normalize-space()='{label}']"
    );
    at(client, &path).await.click().await.unwrap_or_else(|error| panic!("{label}: {error}"));
}

/// Empties the field of that name and types into it.
pub(crate) async fn fill(client: &Client, label: &str, text: &str) {
    let path = format!("//*[@id=//label[starts-with(normalize-space(), '{label}')]/@for]");
    let field = at(client, &path).await;
    field.clear().await.unwrap_or_else(|error| panic!("{label}: {error}"));
    field.send_keys(text).await.unwrap_or_else(|error| panic!("{label}: {error}"));
}

/// Presses keys wherever the focus is.
pub(crate) async fn keys(client: &Client, keys: &str) {
    let focused = client.active_element().await.expect("something has the focus");
    focused.send_keys(keys).await.expect("typed");
}

/// A key together with Control.
pub(crate) fn control(key: char) -> String {
    format!("{}{key}{}", char::from(Key::Control), char::from(Key::Control))
}

/// Waits until the text is somewhere on the page.
pub(crate) async fn shows(client: &Client, text: &str) {
    let started = std::time::Instant::now();
    let mut found = String::new();
    while started.elapsed() < PATIENCE {
        let body = client
            .execute("return document.body.innerText", Vec::new())
            .await
            .expect("the text of the page");
        found = body.as_str().unwrap_or_default().to_owned();
        if found.contains(text) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{text:?} is not on the page:\n{found}");
}

/// Puts the focus where the page itself listens for keys.
pub(crate) async fn focus_page(client: &Client) {
    let script = "document.querySelector(arguments[0])?.focus()";
    client.execute(script, vec![json!("main")]).await.expect("focused");
}

/// Waits for the element at a path.
pub(crate) async fn at(client: &Client, path: &str) -> Element {
    client
        .wait()
        .at_most(PATIENCE)
        .for_element(Locator::XPath(path))
        .await
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}
