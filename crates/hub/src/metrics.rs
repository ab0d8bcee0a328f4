//! What a hub counts of its work, for whoever keeps it running. Nothing is counted by desk or by
//! administration: how busy an office is, is no business of the one who reads this.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// The bounds within which requests take their time, in seconds.
const TIMES: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    endpoint: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct At {
    endpoint: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Whose {
    whose: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Because {
    reason: &'static str,
}

/// The counters of a hub.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Family<At, Histogram>,
    received: Counter,
    sent: Counter,
    connections: Family<Whose, Gauge>,
    closed: Family<Because, Counter>,
    delayed: Counter,
    waiting: Gauge,
    listening: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("booqing_hub");
        let requests = Family::default();
        let help = "Requests answered, by what was asked and what came of it";
        registry.register("requests", help, Family::clone(&requests));
        let seconds = Family::new_with_constructor(histogram as fn() -> Histogram);
        let help = "Time from the head of a request until its answer is there";
        registry.register_with_unit("request", help, Unit::Seconds, Family::clone(&seconds));
        let received = Counter::default();
        let help = "Bytes of requests, encryption and heads left out";
        registry.register_with_unit("received", help, Unit::Bytes, Counter::clone(&received));
        let sent = Counter::default();
        let help = "Bytes of answers, encryption and heads left out";
        registry.register_with_unit("sent", help, Unit::Bytes, Counter::clone(&sent));
        let connections = Family::default();
        registry.register("connections", "Connections that are open", Family::clone(&connections));
        let closed = Family::default();
        let help = "Connections that the hub closed, by why";
        registry.register("closed", help, Family::clone(&closed));
        let delayed = Counter::default();
        let help = "Requests that came faster than a desk or an administration may ask";
        registry.register("delayed", help, Counter::clone(&delayed));
        let waiting = Gauge::default();
        let help =
            "Requests that wait until others of the same desk, administration or hub are done";
        registry.register("waiting", help, Gauge::clone(&waiting));
        let listening = Gauge::default();
        registry.register("listening", "Desks that wait for news", Gauge::clone(&listening));
        Self {
            registry,
            requests,
            seconds,
            received,
            sent,
            connections,
            closed,
            delayed,
            waiting,
            listening,
        }
    }

    /// A request of so many bytes was answered with so many, after this time.
    pub(crate) fn answered(
        &self,
        endpoint: &'static str,
        outcome: &'static str,
        time: Duration,
        (received, sent): (usize, usize),
    ) {
        self.requests.get_or_create(&Request { endpoint, outcome }).inc();
        self.seconds.get_or_create(&At { endpoint }).observe(time.as_secs_f64());
        self.received.inc_by(received as u64);
        self.sent.inc_by(sent as u64);
    }

    /// The hub closed a connection.
    pub(crate) fn closed(&self, reason: &'static str) {
        self.closed.get_or_create(&Because { reason }).inc();
    }

    /// A request has to wait for its turn.
    pub(crate) fn delayed(&self) {
        self.delayed.inc();
    }

    /// A connection is open until this is dropped.
    pub(crate) fn connected(&self, is_desk: bool) -> Counted {
        let whose = if is_desk { "desk" } else { "stranger" };
        Counted::new(self.connections.get_or_create_owned(&Whose { whose }))
    }

    /// A request waits for others until this is dropped.
    pub(crate) fn waits(&self) -> Counted {
        Counted::new(self.waiting.clone())
    }

    /// A desk waits for news until this is dropped.
    pub(crate) fn listens(&self) -> Counted {
        Counted::new(self.listening.clone())
    }

    /// The page that Prometheus reads (the text format of OpenMetrics).
    pub(crate) fn page(&self) -> Result<String, std::fmt::Error> {
        let mut page = String::new();
        encode(&mut page, &self.registry)?;
        Ok(page)
    }
}

fn histogram() -> Histogram {
    Histogram::new(TIMES)
}

/// One of what is there at the moment.
#[derive(Debug)]
pub(crate) struct Counted(Gauge);

impl Counted {
    fn new(gauge: Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
