//! The program `booqing-hub`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use booqing_hub::storage::Desk;
use booqing_protocol::{Id, Invitation};

const HUB: &str = env!("CARGO_BIN_EXE_booqing-hub");

fn serve(folder: &Path) -> (Child, serde_json::Value) {
    serve_with(folder, &[])
}

fn serve_with(folder: &Path, arguments: &[&str]) -> (Child, serde_json::Value) {
    let mut child = Command::new(HUB)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    (child, serde_json::from_str(&line).expect("the first line is JSON"))
}

fn create(folder: &Path) -> Output {
    Command::new(HUB)
        .args(["administration", "create", "Kantoor Van Dijk", "--data"])
        .arg(folder)
        .output()
        .expect("ran")
}

fn end(mut child: Child) {
    let told = Command::new("kill").arg(child.id().to_string()).status().expect("kill");
    assert!(told.success());
    assert!(child.wait().expect("ended").success(), "SIGTERM ends it cleanly");
}

#[test]
fn it_says_where_it_listens_and_makes_invitations_while_it_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let (hub, first) = serve(folder.path());
    let listening = first["listening"].as_str().expect("an address");
    assert!(listening.starts_with("127.0.0.1:") && !listening.ends_with(":0"), "{listening}");

    let output = create(folder.path());
    let line = String::from_utf8(output.stdout).expect("text");
    let invitation = Invitation::from_line(&line).expect("an invitation");
    let identity: String = invitation.identity.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(first["identity"], identity);
    end(hub);

    let (again, second) = serve(folder.path());
    assert_eq!(second["identity"], first["identity"], "the identity stays");
    end(again);
}

/// Who reads the first line may end the hub at once: it listens for the signal by then.
#[test]
fn it_can_be_ended_as_soon_as_it_says_where_it_listens() {
    let folder = tempfile::tempdir().expect("a folder");
    for _ in 0..20 {
        let (hub, _) = serve(folder.path());
        end(hub);
    }
}

#[test]
fn a_second_hub_on_the_same_data_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (hub, _) = serve(folder.path());
    let second = Command::new(HUB)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path())
        .output()
        .expect("ran");
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("in use by another hub"), "{said}");
    end(hub);
}

/// A hub that lost a file says so. A new, empty one in its place would look healthy.
#[test]
fn a_lost_file_is_said_to_be_lost_and_not_made_anew() {
    use booqing_hub::storage::Storage;
    use booqing_hub::storage::embedded::Embedded;
    use booqing_protocol::message::Cursor;

    for lost in ["directory.db", "storage.key"] {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(create(folder.path()).status.success());
        std::fs::remove_file(folder.path().join(lost)).expect("removed");
        assert!(Embedded::open(folder.path()).is_err(), "{lost}");
        assert!(!folder.path().join(lost).exists(), "{lost} is not made anew");
    }
    for damage in [None, Some(b"")] {
        let folder = tempfile::tempdir().expect("a folder");
        let line = String::from_utf8(create(folder.path()).stdout).expect("text");
        let administration = Invitation::from_line(&line).expect("an invitation").administration;
        let path = folder.path().join("administrations").join(format!("{administration}.db"));
        match damage {
            None => std::fs::remove_file(&path).expect("removed"),
            Some(bytes) => std::fs::write(&path, bytes).expect("emptied"),
        }
        let storage = Embedded::open(folder.path()).expect("the rest is there");
        assert!(
            storage.pull(Desk { id: Id([1; 16]), administration }, Cursor::default(), 0).is_err()
        );
    }
}

fn desk_command(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(HUB)
        .arg("desk")
        .args(arguments)
        .arg("--data")
        .arg(folder)
        .output()
        .expect("ran");
    let said = if output.status.success() { output.stdout } else { output.stderr };
    (output.status.success(), String::from_utf8(said).expect("text"))
}

#[test]
fn an_operator_sees_the_desks_and_keeps_one_out_while_the_hub_serves() {
    use booqing_hub::storage::embedded::Embedded;
    use booqing_hub::storage::{NewDesk, NewInvitation, Storage};
    use booqing_protocol::Hash;

    let folder = tempfile::tempdir().expect("a folder");
    let line = String::from_utf8(create(folder.path()).stdout).expect("text");
    let administration = Invitation::from_line(&line).expect("an invitation").administration;
    let storage = Embedded::open(folder.path()).expect("opened");
    let proof = Hash([1; 16]);
    let expires = i64::MAX;
    storage.invite(&NewInvitation { administration, proof, bundle: None, expires }).expect("kept");
    let (desk, name) = (Id([3; 16]), "balie".to_owned());
    let new = NewDesk { proof, desk, name, certificate: [4; 32] };
    storage.admit(&new, 5).expect("asked").expect("let in");
    drop(storage);
    let (hub, _) = serve(folder.path());
    let (id, of) = (desk.to_string(), administration.to_string());
    let listed = || {
        let (_, lines) = desk_command(folder.path(), &["list"]);
        serde_json::from_str::<serde_json::Value>(&lines).expect("one line")
    };
    let before = listed();
    assert_eq!(
        (&before["desk"], &before["administration"]),
        (&id.clone().into(), &of.clone().into())
    );
    assert_eq!((&before["name"], &before["revoked"]), (&"balie".into(), &serde_json::Value::Null));
    for wrong in [["x", id.as_str()], [of.as_str(), "00"], [id.as_str(), of.as_str()]] {
        let (is_done, said) = desk_command(folder.path(), &["revoke", wrong[0], wrong[1]]);
        assert!(!is_done && said.contains("desk list"), "{said}");
    }
    assert!(desk_command(folder.path(), &["revoke", &of, &id]).0);
    assert!(listed()["revoked"].is_i64());
    assert!(!desk_command(folder.path(), &["revoke", &of, &id]).0, "once");
    end(hub);
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_what_it_keeps() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("hub");
    assert!(create(&data).status.success());
    let mode = |name: &str| {
        let path = data.join(name);
        std::fs::metadata(path).expect("metadata").permissions().mode() & 0o777
    };
    assert_eq!(mode("authority.key"), 0o600);
    assert_eq!(mode("storage.key"), 0o600);
    assert_eq!(mode("administrations"), 0o700);
    assert_eq!(mode("."), 0o700);
}

#[tokio::test]
async fn it_tells_programs_on_its_machine_how_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let (hub, first) = serve_with(folder.path(), &["--metrics", "127.0.0.1:0"]);
    let at = first["metrics"].as_str().expect("an address").parse().expect("an address");
    assert_eq!(crate::fixture::watched(at, "/healthz").await, "ok");
    let page = crate::fixture::watched(at, "/metrics").await;
    assert!(
        page.contains("# TYPE booqing_hub_listening gauge\nbooqing_hub_listening 0\n"),
        "{page}"
    );
    assert!(page.ends_with("# EOF\n"), "{page}");

    // Its disk is gone.
    let (there, gone) = (folder.path().join("directory.db"), folder.path().join("gone"));
    std::fs::rename(&there, &gone).expect("moved");
    let (status, text) = crate::fixture::looked_at(at, "/healthz").await;
    assert_eq!((status, text.as_str()), (503, "the storage does not answer"));
    std::fs::rename(&gone, &there).expect("moved back");
    assert_eq!(crate::fixture::watched(at, "/healthz").await, "ok");
    end(hub);
}

#[test]
fn its_counters_are_told_to_no_other_machine() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = Command::new(HUB)
        .args(["serve", "--listen", "127.0.0.1:0", "--metrics", "0.0.0.0:0", "--data"])
        .arg(folder.path())
        .output()
        .expect("ran");
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("127.0.0.1:9464"), "it says what to use: {said}");
}

/// Its log says what it does, to the one who starts it and in no other way.
#[test]
fn its_log_says_when_it_begins_and_ends_and_no_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut hub, _) = serve_with(folder.path(), &["--log", "trace"]);
    assert!(create(folder.path()).status.success());
    let mut errors = hub.stderr.take().expect("its log");
    end(hub);
    let mut log = String::new();
    std::io::Read::read_to_string(&mut errors, &mut log).expect("text");
    assert!(log.contains("the hub serves") && log.contains("the hub has ended"), "{log}");
    assert!(!log.contains("Kantoor Van Dijk"), "{log}");
}

/// The operator asks whether what is stored still is what was stored, while desks are served.
#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_is_not_as_it_was_stored() {
    let hub = crate::fixture::Hub::start().await;
    let desk = hub.first_desk().await;
    let (one, two) = (crate::fixture::record(1, 1, 9), crate::fixture::record(2, 1, 9));
    desk.outcomes(&hub, vec![crate::fixture::change(1, &[one.clone(), two])]).await;
    let examine = || {
        let mut command = Command::new(HUB);
        let output = command.args(["examine", "--data"]).arg(hub.folder.path()).output();
        let output = output.expect("ran");
        let line: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a line");
        (output.status.success(), line, String::from_utf8(output.stderr).expect("text"))
    };
    let (is_sound, line, _) = examine();
    assert!(is_sound, "{line}");
    assert_eq!((&line["records"], &line["damaged"]), (&2.into(), &0.into()));
    assert_eq!(desk.pull_all(&hub).await.0.len(), 2, "desks are served");

    crate::backing::damage(hub.folder.path(), one.id);
    let (is_sound, line, told) = examine();
    assert!(!is_sound && told.contains("put-back"), "{told}");
    assert_eq!(line["named"], serde_json::json!([one.id.to_string()]));
}

/// The key of the databases may lie where a service manager puts it.
#[tokio::test]
async fn the_key_may_be_a_link_to_a_credential() {
    let (folder, credentials) =
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("another"));
    let (hub, _) = serve_with(folder.path(), &[]);
    end(hub);
    let (key, credential) =
        (folder.path().join("storage.key"), credentials.path().join("storage.key"));
    std::fs::copy(&key, &credential).expect("copied");
    std::fs::remove_file(&key).expect("removed");
    std::os::unix::fs::symlink(&credential, &key).expect("a link");
    let (hub, first) = serve_with(folder.path(), &[]);
    assert!(first["listening"].is_string(), "{first}");
    end(hub);
    assert!(std::fs::symlink_metadata(&key).expect("there").is_symlink(), "it stays one");
}
