//! Who sees which rows of the database.

use booqing_hub::StorageError;
use booqing_protocol::SealedRecord;
use booqing_scratch_postgres::with_shared;

use crate::backing;
use crate::fixture::{Hub, change, record};

/// The name of the database of a hub, which is that of its role too.
fn database(hub: &Hub) -> String {
    let url = std::fs::read_to_string(hub.folder.path().join("database")).expect("a URL");
    url.rsplit('/').next().expect("a name").to_owned()
}

fn tables(database: &str) -> Vec<String> {
    let statement = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
    let listed = with_shared(|server| server.sql(database, statement)).expect("listed");
    listed.lines().map(str::to_owned).collect()
}

/// The hub's own role, which owns the tables, sees no row before it says whose, and then only
/// those: in every table there is, so that one that is added later is tried too.
#[tokio::test]
async fn a_transaction_sees_one_administration() {
    let hub = Hub::start().await;
    let mine = hub.first_desk().await;
    let other = {
        let invitation = hub.administration("Kantoor De Wit");
        hub.join(&invitation, 2).await.expect("joined")
    };
    let waiting = [hub.administration("Kantoor Bos"), hub.administration("Kantoor Vos")];
    for (desk, number) in [(&mine, 1), (&other, 2)] {
        let first = SealedRecord { author: desk.id, ..record(number, 1, 30) };
        let next = SealedRecord { author: desk.id, ..crate::fixture::upon(&first, 2, 30) };
        let series = crate::numbered::a_series_in_use(40)
            .map(|record| SealedRecord { author: desk.id, ..record });
        let sets = vec![change(1, &[first]), change(2, &[next]), change(3, &series)];
        desk.outcomes(&hub, sets).await;
    }
    let name = database(&hub);
    let tables = tables(&name);
    assert!(tables.len() >= 10, "{tables:?}");
    for table in tables.iter().filter(|table| *table != "hub") {
        let count = |scope: &str| {
            let statements = format!("{scope} SELECT count(*) FROM {table}");
            with_shared(|server| server.sql_as(&name, &name, &statements))
                .expect("counted")
                .lines()
                .last()
                .and_then(|line| line.parse::<u32>().ok())
                .expect("a number")
        };
        let all = with_shared(|server| server.sql(&name, &format!("SELECT count(*) FROM {table}")))
            .expect("counted");
        assert!(all.parse::<u32>().expect("a number") >= 2, "{table} holds rows of both");
        assert_eq!(count(""), 0, "{table} without a name");
        let mut seen = 0;
        let others = waiting.each_ref().map(|invitation| invitation.administration);
        for id in [mine.administration, other.administration].into_iter().chain(others) {
            let id = uuid::Uuid::from_bytes(id.0);
            let held = count(&format!("SET booqing.administration = '{id}';"));
            seen += held;
        }
        assert_eq!(seen.to_string(), all, "{table}: each row is seen by one");
    }
}

/// What is looked up before it is known which administration it is about: exactly those rows, and
/// nothing is written by it but that an invitation is used up.
#[tokio::test]
async fn what_is_seen_beforehand_is_one_row() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    desk.bring(&hub, 2).await;
    let waiting = hub.administration("Kantoor Bos");
    let other = hub.administration("Kantoor Vos");
    let name = database(&hub);
    let owner = |statement: &str| {
        with_shared(|server| server.sql(&name, statement)).expect("asked by the owner")
    };
    let certificate = owner("SELECT encode(certificate, 'hex') FROM desk ORDER BY id LIMIT 1");
    let bos = uuid::Uuid::from_bytes(waiting.administration.0);
    let vos = uuid::Uuid::from_bytes(other.administration.0);
    let proof = owner(&format!(
        "SELECT encode(proof_hash, 'hex') FROM invitation WHERE administration = '{bos}'"
    ));
    let all = owner("SELECT count(*) FROM administration");
    assert_eq!(all, "3");
    let scopes = [
        (format!("SET booqing.certificate = '{certificate}';"), "desk", "1"),
        (format!("SET booqing.proof = '{proof}';"), "invitation", "1"),
        ("SET booqing.operator = 'on';".to_owned(), "administration", "3"),
    ];
    let role = |statements: String| with_shared(|server| server.sql_as(&name, &name, &statements));
    for (scope, opened, expected) in &scopes {
        for table in tables(&name).iter().filter(|table| *table != "hub") {
            let seen = role(format!("{scope} SELECT count(*) FROM {table}")).expect("counted");
            let expected = if table == opened { expected } else { "0" };
            assert_eq!(seen, expected, "{table} under {scope}");
        }
        let stolen = format!(
            "{scope} UPDATE administration SET name = ''; UPDATE desk SET administration = '{vos}';\
             UPDATE invitation SET administration = '{vos}'; DELETE FROM desk;"
        );
        role(stolen).expect("it touches no row");
    }
    let inserted = role(format!(
        "SET booqing.proof = '{proof}'; INSERT INTO invitation \
         VALUES (decode('{proof}', 'hex'), '{vos}', NULL, 0) ON CONFLICT DO NOTHING"
    ));
    let refused = inserted.expect_err("refused").to_string();
    assert!(refused.contains("row-level security"), "{refused}");
    assert_eq!(owner("SELECT count(*) FROM administration WHERE name = ''"), "0");
    let moved = format!("SELECT count(*) FROM invitation WHERE administration = '{vos}'");
    assert_eq!(owner(&moved), "1");
    assert_eq!(owner("SELECT count(*) FROM desk"), "2");
}

/// Nor does it write into another administration.
#[tokio::test]
async fn a_transaction_writes_one_administration() {
    let hub = Hub::start().await;
    let (mine, other) = (hub.administration("Kantoor Bos"), hub.administration("Kantoor Vos"));
    let [mine, other] = [mine, other].map(|one| uuid::Uuid::from_bytes(one.administration.0));
    let name = database(&hub);
    let insert = |whose: uuid::Uuid| {
        let statements = format!(
            "SET booqing.administration = '{mine}'; INSERT INTO desk_state VALUES \
             ('{whose}', '{mine}', 0, 0)"
        );
        with_shared(|server| server.sql_as(&name, &name, &statements))
    };
    let refused = insert(other).expect_err("refused").to_string();
    assert!(refused.contains("row-level security"), "{refused}");
    insert(mine).expect("its own");
}

#[tokio::test]
async fn a_role_that_may_go_around_it_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = with_shared(|server| {
        let url = server.database()?;
        let name = url.rsplit('/').next().unwrap_or_default().to_owned();
        server.sql("postgres", &format!("ALTER ROLE {name} BYPASSRLS"))?;
        Ok(url)
    });
    let opened = backing::connect(folder.path(), &url.expect("a database"));
    assert!(matches!(opened, Err(StorageError::Unguarded(_))), "{opened:?}");
}

#[tokio::test]
async fn a_database_belongs_to_one_authority() {
    let hub = Hub::start().await;
    let url = std::fs::read_to_string(hub.folder.path().join("database")).expect("a URL");
    let folder = tempfile::tempdir().expect("a folder");
    let opened = backing::connect(folder.path(), &url);
    assert!(matches!(opened, Err(StorageError::OtherAuthority)), "{opened:?}");
}
