//! The window itself: that it opens, speaks the language, keeps what was chosen, and may do
//! nothing that was not granted.

use fantoccini::Client;
use serde_json::{Value, json};

use crate::desktop::{Desktop, find, says, within};
use crate::office::Office;
use crate::page::{choose, go, painted, press};

#[tokio::test(flavor = "multi_thread")]
async fn it_opens_in_the_language_of_the_system_and_keeps_what_is_chosen() {
    let desktop = Desktop::start("nl_NL.UTF-8");
    let office = Office::open(&desktop);

    let client = desktop.open(&office.home).await;
    says(&client, "nav a[href='#/settings']", "Instellingen").await;
    go(&client, "settings").await;
    choose(&client, "select", "en").await;
    says(&client, "h1", "Settings").await;
    press(&client, "Dark").await;
    find(&client, "html[data-theme='dark']").await;
    painted(&client).await;
    desktop.picture("settings-dark-en");
    client.close().await.expect("closed");

    let client = desktop.open(&office.home).await;
    says(&client, "nav a[href='#/settings']", "Settings").await;
    let theme = client
        .execute("return document.documentElement.dataset.theme", Vec::new())
        .await
        .expect("the theme");
    assert_eq!(theme, json!("dark"));
    go(&client, "clients").await;
    painted(&client).await;
    desktop.picture("clients-dark-en");
    client.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_granted_is_refused() {
    let desktop = Desktop::start("C");
    let client = desktop.open(&desktop.home("desk")).await;

    assert_eq!(invoke(&client, "start").await["version"], json!(env!("CARGO_PKG_VERSION")));
    for command in
        ["plugin:window|close", "plugin:webview|print", "plugin:app|version", "read_everything"]
    {
        let refused = invoke(&client, command).await;
        assert!(refused["refused"].is_string(), "{command} was answered with {refused}");
    }
    client.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_runs_no_script_of_others_and_stores_nothing() {
    let desktop = Desktop::start("C");
    let client = desktop.open(&desktop.home("desk")).await;
    let run = async |script: &str| client.execute(script, Vec::new()).await.expect("ran");

    run("const s = document.createElement('script'); s.textContent = 'window.ran = 1'; \
         document.body.append(s); \
         const i = document.createElement('img'); i.setAttribute('onerror', 'window.ran = 2'); \
         i.src = 'data:,'; document.body.append(i);")
    .await;
    assert_eq!(run("return window.ran ?? null").await, Value::Null);

    let outcome = client
        .execute_async(
            "const done = arguments[0]; \
             fetch('http://127.0.0.1:9/').then(() => done('reached'), () => done('refused'))",
            Vec::new(),
        )
        .await
        .expect("tried");
    assert_eq!(outcome, json!("refused"));
    assert_eq!(run("return typeof window.__TAURI__").await, json!("undefined"));
    assert_eq!(run("return document.cookie").await, json!(""));

    // Leaving the page is refused: it is still there afterwards.
    run("location.href = 'https://example.org/'").await;
    find(&client, "main").await;
    assert_eq!(
        run("return window.open('https://example.org/') === null").await,
        json!(true),
        "no second window opens"
    );
    client.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_on_one_home_ends_and_another_home_is_another_desk() {
    let desktop = Desktop::start("C");
    let home = desktop.home("desk");
    let client = desktop.open(&home).await;

    let second = desktop.start_undriven(&home, "C").spawn().expect("started");
    let status = within("the end of the second start", ended(second)).await;
    assert!(status.success(), "it showed the first and ended: {status}");

    let mut other = desktop.start_undriven(&desktop.home("other"), "C").spawn().expect("started");
    within("the lock of the other home", async {
        while !desktop.home("other").join("lock").exists() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    assert!(other.try_wait().expect("looked").is_none(), "it works beside the first");
    other.kill().expect("ended");
    other.wait().expect("ended");
    client.close().await.expect("closed");
}

/// Another program has the home: the desk says so and ends, and opens no window.
#[tokio::test(flavor = "multi_thread")]
async fn a_home_that_another_program_has_is_refused_in_words() {
    let desktop = Desktop::start("nl_NL.UTF-8");
    let home = desktop.home("desk");
    std::fs::create_dir(&home).expect("a home");
    let lock = std::fs::File::create(home.join("lock")).expect("its lock");
    lock.lock().expect("locked");
    let output = tokio::task::spawn_blocking({
        let mut desk = desktop.start_undriven(&home, "nl_NL.UTF-8");
        move || desk.output().expect("ran")
    });
    let output = within("its end", output).await.expect("ran");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("al geopend in een ander programma"), "{said}");
}

/// The driven window is not ephemeral, because such a window cannot be driven. This one is not
/// driven, and is the one that people use.
#[tokio::test(flavor = "multi_thread")]
async fn the_web_view_writes_nothing_to_the_disk() {
    let desktop = Desktop::start("C");
    let mut desk = desktop.start_undriven(&desktop.home("desk"), "C").spawn().expect("started");
    desktop.drawn().await;
    desktop.picture("start-light-en");
    desk.kill().expect("ended");
    desk.wait().expect("ended");
    let files = desktop.written();
    let bare = ["lock", "salt", "hsts-storage.sqlite"];
    for file in &files {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        let text = file.to_string_lossy();
        assert!(
            name.is_some_and(|name| bare.contains(&name.as_str()))
                || text.contains("keyrings")
                || text.contains("fontconfig")
                || text.contains("mesa_shader_cache"),
            "{text}"
        );
    }
    assert!(!files.is_empty(), "the folders were looked at");
}

async fn ended(mut child: std::process::Child) -> std::process::ExitStatus {
    tokio::task::spawn_blocking(move || child.wait()).await.expect("waited").expect("its status")
}

/// Calls a command as the page could; a refusal comes back as `{"refused": …}`.
async fn invoke(client: &Client, command: &str) -> Value {
    client
        .execute_async(
            "const [command, done] = arguments; window.__TAURI_INTERNALS__.invoke(command, {})\
             .then(done, (error) => done({refused: JSON.stringify(error)}))",
            vec![json!(command)],
        )
        .await
        .expect("an answer")
}
