//! Storage on PostgreSQL: one database for all administrations and for any number of hubs.
//!
//! Every statement of an administration runs in a transaction that names it, and row-level security
//! shows that transaction nothing else; the name comes from the desk's certificate. The hub refuses
//! to work as a role that row-level security does not bind.

mod books;
mod columns;
mod connecting;
mod directory;
mod herald;
mod passing;
mod schema;
mod turns;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use booqing_protocol::compare::{Compare, Compared, Fetch, Fetched};
use booqing_protocol::message::{Cursor, Page, Push, Pushed};
use booqing_protocol::recall::{MOST_PASSED, Recall, Recalled};
use booqing_protocol::scan::{Manifest, Scan, Scanned};
use booqing_protocol::{Id, Refusal};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio::runtime::Runtime;
use tokio_postgres::error::SqlState;

use self::books::Books;
pub use self::connecting::{Address, AddressError};
use self::turns::Turns;
use super::passing::Room;
use super::{
    Admission, Admitted, Desk, Examined, Heard, NewDesk, NewInvitation, News, Storage,
    StorageError, examining, ordering, reading, scanning,
};

/// The most connections to the database that one hub holds.
const MOST_CONNECTIONS: usize = 32;
/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a transaction is tried that met another one.
const TRIES: u32 = 8;

type Answered<T> = Result<Result<T, Refusal>, StorageError>;

/// Storage in a database of a PostgreSQL server.
pub struct Postgres {
    address: Address,
    pool: Pool,
    /// Drives the connections. `None` only while this is dropped.
    runtime: Option<Runtime>,
    herald: OnceLock<herald::Herald>,
    /// How many versions that passed a message tells of.
    room: usize,
    turns: Turns,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Postgres").field("address", &self.address).finish_non_exhaustive()
    }
}

/// What the rows that a transaction sees are told by.
#[derive(Debug, Clone, Copy)]
enum Scope {
    /// Those of one administration.
    Administration(Id),
    /// The desk with this certificate.
    Certificate([u8; 32]),
    /// The invitation with this proof, as the database has it.
    Proof([u8; 16]),
    /// Which administrations there are, for the hub's operator.
    Operator,
}

impl Scope {
    /// The statement that names it for the rest of the transaction. Nothing in it comes from text.
    fn statement(self) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let (name, value) = match self {
            Self::Administration(id) => ("administration", uuid(id).to_string()),
            Self::Certificate(hash) => ("certificate", hex(&hash)),
            Self::Proof(hash) => ("proof", hex(&hash)),
            Self::Operator => ("operator", "on".to_owned()),
        };
        format!("SELECT set_config('booqing.{name}', '{value}', true)")
    }
}

/// How a transaction begins.
#[derive(Debug, Clone, Copy)]
enum Begin {
    /// It stores; what it read is locked by its own statements.
    Storing,
    /// It only reads, and everything it reads is of one moment.
    Reading,
}

impl Begin {
    fn statement(self) -> &'static str {
        match self {
            Self::Storing => "BEGIN ISOLATION LEVEL READ COMMITTED",
            Self::Reading => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        }
    }
}

fn uuid(id: Id) -> uuid::Uuid {
    uuid::Uuid::from_bytes(id.0)
}

impl Postgres {
    /// Opens the storage of a database, or makes it in an empty one. The identity is that of the
    /// hub's authority: a database belongs to one, whatever number of hubs serve it.
    ///
    /// # Errors
    /// [`StorageError`], among them [`StorageError::Unguarded`] for a role that row-level security
    /// does not bind and [`StorageError::OtherAuthority`].
    pub fn open(address: Address, identity: &[u8; 32]) -> Result<Self, StorageError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("database")
            .enable_all()
            .build()
            .map_err(|source| StorageError::File { file: "a thread".to_owned(), source })?;
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match address.tls()? {
            None => Manager::from_config(address.config(), tokio_postgres::NoTls, config),
            Some(tls) => Manager::from_config(address.config(), tls, config),
        };
        let pool = Pool::builder(manager)
            .max_size(MOST_CONNECTIONS)
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .build()
            .map_err(|error| StorageError::Damaged(error.to_string()))?;
        let opened = Self {
            address,
            pool,
            runtime: Some(runtime),
            herald: OnceLock::new(),
            room: MOST_PASSED,
            turns: Turns::default(),
        };
        let mut connection = opened.connection()?;
        futures_executor::block_on(schema::prepare(&mut connection, identity))?;
        drop(connection);
        Ok(opened)
    }

    /// The same, whose messages tell of so many versions that passed, instead of [`MOST_PASSED`].
    #[must_use]
    pub fn with_room(mut self, versions: usize) -> Self {
        self.room = versions.clamp(1, MOST_PASSED);
        self
    }

    fn room(&self) -> Room {
        Room::new(self.room)
    }

    fn connection(&self) -> Result<Object, StorageError> {
        let _runtime = self.runtime.as_ref().map(Runtime::enter);
        futures_executor::block_on(self.pool.get()).map_err(|error| match error {
            deadpool_postgres::PoolError::Backend(error) => error.into(),
            other => StorageError::Unreachable(other.to_string()),
        })
    }

    /// Does something in one transaction; whatever is refused or fails stores nothing. It is tried
    /// again when the database says that it met another transaction.
    fn within<T, R>(
        &self,
        begin: Begin,
        scope: Scope,
        mut work: impl FnMut(&Object) -> Result<Result<T, R>, StorageError>,
    ) -> Result<Result<T, R>, StorageError> {
        let mut tried = 1;
        loop {
            let mut transaction = Transaction::begin(self.connection()?, begin, scope)?;
            let done = work(transaction.connection()?);
            let ended = match done {
                Ok(Ok(done)) => transaction.end("COMMIT").map(|()| Ok(done)),
                Ok(Err(refused)) => transaction.end("ROLLBACK").map(|()| Err(refused)),
                Err(error) => Err(error),
            };
            match ended {
                Err(error) if error.is_met() && tried < TRIES => tried += 1,
                ended => return ended,
            }
        }
    }

    fn books<T>(
        &self,
        begin: Begin,
        administration: Id,
        mut work: impl FnMut(&mut Books<'_>) -> Answered<T>,
    ) -> Answered<T> {
        // Changes of one administration wait for each other anyway: here they do so without a connection
        // each, so that one with much to store keeps nobody else from the database.
        let _turn = match begin {
            Begin::Storing => Some(self.turns.take(administration)?),
            Begin::Reading => None,
        };
        self.within(begin, Scope::Administration(administration), |connection| {
            work(&mut Books::new(connection, administration))
        })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.pool.close();
        if let Some(runtime) = self.runtime.take() {
            // Nothing is under way that a commit was promised for: those calls have returned.
            runtime.shutdown_background();
        }
    }
}

impl StorageError {
    /// Whether the transaction met another one and may be tried again (SQLSTATE 40001, 40P01).
    fn is_met(&self) -> bool {
        let met = [&SqlState::T_R_SERIALIZATION_FAILURE, &SqlState::T_R_DEADLOCK_DETECTED];
        matches!(self, Self::Server { code, .. } if met.iter().any(|met| met.code() == code))
    }
}

/// A transaction on a connection. One that does not reach its end closes its connection, with which
/// the database gives it up.
struct Transaction(Option<Object>);

impl Transaction {
    fn begin(connection: Object, begin: Begin, scope: Scope) -> Result<Self, StorageError> {
        let transaction = Self(Some(connection));
        let statements = format!("{}; {}", begin.statement(), scope.statement());
        futures_executor::block_on(transaction.connection()?.batch_execute(&statements))?;
        Ok(transaction)
    }

    fn connection(&self) -> Result<&Object, StorageError> {
        self.0
            .as_ref()
            .ok_or_else(|| StorageError::Unreachable("the connection is gone".to_owned()))
    }

    fn end(&mut self, how: &str) -> Result<(), StorageError> {
        futures_executor::block_on(self.connection()?.batch_execute(how))?;
        // It goes back to the others.
        drop(self.0.take());
        Ok(())
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}

/// What cannot be refused.
fn sure<T>(
    answer: Result<Result<T, std::convert::Infallible>, StorageError>,
) -> Result<T, StorageError> {
    answer.map(|answer| match answer {
        Ok(given) => given,
        Err(never) => match never {},
    })
}

impl Storage for Postgres {
    fn create_administration(&self, id: Id, name: &str) -> Result<(), StorageError> {
        let epoch = super::new_epoch()?;
        sure(self.within(Begin::Storing, Scope::Administration(id), |connection| {
            directory::add_administration(connection, id, name, epoch).map(Ok)
        }))
    }

    fn invite(&self, invitation: &NewInvitation) -> Result<(), StorageError> {
        let scope = Scope::Administration(invitation.administration);
        sure(self.within(Begin::Storing, scope, |connection| {
            directory::add_invitation(connection, invitation).map(Ok)
        }))
    }

    fn admit(&self, desk: &NewDesk, now: i64) -> Result<Option<Admitted>, StorageError> {
        let scope = Scope::Proof(directory::proof_hash(desk.proof));
        sure(self.within(Begin::Storing, scope, |connection| {
            directory::admit(connection, desk, now).map(Ok)
        }))
    }

    fn desk(&self, certificate: &[u8; 32]) -> Result<Option<Desk>, StorageError> {
        sure(self.within(Begin::Reading, Scope::Certificate(*certificate), |connection| {
            directory::desk(connection, certificate).map(Ok)
        }))
    }

    fn revoke(&self, desk: Desk, now: i64) -> Result<bool, StorageError> {
        sure(self.within(
            Begin::Storing,
            Scope::Administration(desk.administration),
            |connection| directory::revoke(connection, desk, now).map(Ok),
        ))
    }

    fn desks(&self, administration: Id) -> Result<Vec<Admission>, StorageError> {
        sure(self.within(Begin::Reading, Scope::Administration(administration), |connection| {
            directory::desks(connection, administration).map(Ok)
        }))
    }

    fn push(&self, desk: Desk, push: &Push, now: i64) -> Answered<Pushed> {
        self.books(Begin::Storing, desk.administration, |books| {
            ordering::push(books, desk.id, push, now)
        })
    }

    fn pull(&self, desk: Desk, cursor: Cursor, whole: u64) -> Answered<Page> {
        self.books(Begin::Reading, desk.administration, |books| {
            reading::pull(books, cursor, whole, self.room())
        })
    }

    fn head(&self, desk: Desk) -> Answered<Cursor> {
        self.books(Begin::Reading, desk.administration, |books| reading::head(books))
    }

    fn manifest(&self, desk: Desk) -> Answered<Manifest> {
        self.books(Begin::Reading, desk.administration, |books| scanning::manifest(books))
    }

    fn scan(&self, desk: Desk, scan: &Scan) -> Answered<Scanned> {
        self.books(Begin::Reading, desk.administration, |books| {
            scanning::scan(books, scan, self.room())
        })
    }

    fn compare(&self, desk: Desk, compare: &Compare) -> Answered<Compared> {
        self.books(Begin::Reading, desk.administration, |books| {
            reading::compare(books, desk.id, compare)
        })
    }

    fn fetch(&self, desk: Desk, fetch: &Fetch) -> Answered<Fetched> {
        self.books(Begin::Reading, desk.administration, |books| {
            reading::fetch(books, fetch, self.room())
        })
    }

    fn recall(&self, desk: Desk, recall: &Recall) -> Answered<Recalled> {
        self.books(Begin::Reading, desk.administration, |books| {
            super::passing::recall(books, recall, self.room())
        })
    }

    fn examine(
        &self,
        administration: Id,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Option<Examined>, StorageError> {
        let scope = Scope::Administration(administration);
        sure(self.within(Begin::Reading, scope, |connection| {
            examining::examine(&mut Books::new(connection, administration), goes_on).map(Ok)
        }))
    }

    fn is_there(&self) -> Result<(), StorageError> {
        futures_executor::block_on(self.connection()?.batch_execute("SELECT 1"))?;
        Ok(())
    }

    fn administrations(&self) -> Result<Vec<Id>, StorageError> {
        sure(self.within(Begin::Reading, Scope::Operator, |connection| {
            directory::administrations(connection).map(Ok)
        }))
    }

    fn begin_again(&self, administration: Id) -> Result<(), StorageError> {
        let epoch = super::new_epoch()?;
        sure(self.within(Begin::Storing, Scope::Administration(administration), |connection| {
            directory::begin_again(connection, administration, epoch).map(Ok)
        }))
    }

    fn announce(&self, news: News) {
        if let Some(herald) = self.herald.get() {
            herald.announce(news);
        }
    }

    fn listen(&self, tell: Arc<dyn Fn(Heard) + Send + Sync>) -> Result<(), StorageError> {
        let Some(runtime) = &self.runtime else { return Ok(()) };
        let herald = herald::Herald::start(runtime, self.address.clone(), tell)?;
        let _ = self.herald.set(herald);
        Ok(())
    }
}
