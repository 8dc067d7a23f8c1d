//! A program's handle to its process.

use std::any::Any;
use std::cell::RefCell;
use std::future::poll_fn;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use engine::time::Span;
use engine::{ConnId, ConnectError, Output, Time};
use sim::{HostId, World};

use super::process::Stage;
use super::{Make, Process};
use crate::workload::Workload;

/// What a person answered to a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// A line, without its end.
    Line(String),
    /// Ctrl-C.
    Interrupt,
}

/// The peer has closed the connection, or the wait was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Nothing more will come.
    Eof,
    /// Nothing came in time.
    TimedOut,
}

/// Everything a program can do: sockets, time, a terminal, and questions to the world.
#[derive(Clone)]
pub struct Io {
    process: Rc<RefCell<Process>>,
}

impl Io {
    pub(super) const fn new(process: Rc<RefCell<Process>>) -> Self {
        Self { process }
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> Time {
        self.process.borrow().now
    }

    /// Unix time in microseconds.
    #[must_use]
    pub fn unix_us(&self) -> u64 {
        let process = self.process.borrow();
        process.unix_us_at_zero + process.now.0
    }

    /// The host that the program runs on.
    #[must_use]
    pub fn host(&self) -> HostId {
        self.process.borrow().host
    }

    /// The address of that host.
    #[must_use]
    pub fn ip(&self) -> Ipv4Addr {
        self.process.borrow().ip
    }

    /// Waits until `at`.
    pub async fn sleep_until(&self, at: Time) {
        poll_fn(|_| {
            let mut process = self.process.borrow_mut();
            if process.now >= at {
                return Poll::Ready(());
            }
            process.wake_at(at);
            Poll::Pending
        })
        .await;
    }

    /// Waits for a while.
    pub async fn sleep(&self, span: Span) {
        self.sleep_until(self.now() + span).await;
    }

    /// Opens a connection. 127.0.0.1 is the program's own host.
    ///
    /// # Errors
    /// As the kernel would have it.
    pub async fn connect(&self, to: SocketAddrV4) -> Result<ConnId, ConnectError> {
        let conn = {
            let mut process = self.process.borrow_mut();
            let ip = if to.ip().is_loopback() { process.ip } else { *to.ip() };
            let conn = process.open_socket();
            let to = SocketAddrV4::new(ip, to.port());
            process.emit(Output::Connect { conn, to, nodelay: true });
            conn
        };
        poll_fn(|_| {
            let mut process = self.process.borrow_mut();
            match process.sockets.get(&conn).map(|socket| socket.stage) {
                Some(Stage::Connecting) => Poll::Pending,
                Some(Stage::Failed(why)) => {
                    process.sockets.remove(&conn);
                    Poll::Ready(Err(why))
                }
                Some(Stage::Open | Stage::Closed) => Poll::Ready(Ok(conn)),
                None => Poll::Ready(Err(ConnectError::Refused)),
            }
        })
        .await
    }

    /// Our end of a connection that stands.
    #[must_use]
    pub fn local(&self, conn: ConnId) -> Option<SocketAddrV4> {
        self.process.borrow().sockets.get(&conn)?.local
    }

    /// Sends bytes; into the void when the peer is gone, as a kernel does.
    pub fn send(&self, conn: ConnId, bytes: Vec<u8>) {
        let mut process = self.process.borrow_mut();
        let open = process.sockets.get(&conn).is_some_and(|it| it.stage == Stage::Open);
        if open && !bytes.is_empty() {
            process.emit(Output::Send { conn, bytes });
        }
    }

    /// Waits for bytes and takes all that are there.
    ///
    /// # Errors
    /// [`Closed::Eof`] when the peer closed and all was read.
    pub async fn receive(&self, conn: ConnId) -> Result<Vec<u8>, Closed> {
        self.receive_until(conn, None).await
    }

    /// As [`Io::receive`], but not longer than until `limit`.
    ///
    /// # Errors
    /// [`Closed`] when nothing came.
    pub async fn receive_until(
        &self,
        conn: ConnId,
        limit: Option<Time>,
    ) -> Result<Vec<u8>, Closed> {
        poll_fn(|_| {
            let mut process = self.process.borrow_mut();
            let Some(socket) = process.sockets.get_mut(&conn) else {
                return Poll::Ready(Err(Closed::Eof));
            };
            if !socket.received.is_empty() {
                return Poll::Ready(Ok(std::mem::take(&mut socket.received)));
            }
            if socket.stage != Stage::Open {
                return Poll::Ready(Err(Closed::Eof));
            }
            if let Some(limit) = limit {
                if process.now >= limit {
                    return Poll::Ready(Err(Closed::TimedOut));
                }
                process.wake_at(limit);
            }
            Poll::Pending
        })
        .await
    }

    /// Closes a connection.
    pub fn close(&self, conn: ConnId) {
        self.process.borrow_mut().close_socket(conn);
    }

    /// Closes every connection, as the kernel does when a program ends.
    pub fn close_all(&self) {
        let mut process = self.process.borrow_mut();
        let open: Vec<_> = process.sockets.keys().copied().collect();
        for conn in open {
            process.close_socket(conn);
        }
    }

    /// Writes to the terminal. A carriage return before a line end is what a terminal makes of it:
    /// nothing.
    pub fn print(&self, text: &str) {
        self.process.borrow_mut().print(&text.replace("\r\n", "\n"));
    }

    /// The program is about to wait at a prompt, and would go on as well if it were made anew: what
    /// it was given before does not matter any more.
    pub(crate) fn settle(&self, make: Make) {
        self.process.borrow_mut().resume = Some(make);
    }

    /// Shows a prompt and waits for a line. What was typed appears behind the prompt.
    pub async fn read_line(&self, prompt: &str) -> Typed {
        poll_fn(|_| {
            let mut process = self.process.borrow_mut();
            process.prompt = None;
            let since = process.prompt_since.take();
            if std::mem::take(&mut process.interrupted) {
                process.print(prompt);
                process.print("^C\n");
                process.resume = None;
                return Poll::Ready(Typed::Interrupt);
            }
            let Some((line, echo)) = process.typed.pop_front() else {
                process.prompt = Some(prompt.to_owned());
                process.prompt_since = since.or(Some(process.now));
                return Poll::Pending;
            };
            let now = process.now;
            process.printed.push((now, echo, format!("{prompt}{line}\n")));
            process.resume = None;
            Poll::Ready(Typed::Line(line))
        })
        .await
    }

    /// Runs a program in the foreground: Ctrl-C ends it, unless it waits for a line and so hears of
    /// it itself. Its connections are closed however it ends; none when it was interrupted.
    pub async fn foreground<T>(&self, body: impl Future<Output = T>) -> Option<T> {
        let mut body = pin!(body);
        let result = poll_fn(|context| {
            {
                let mut process = self.process.borrow_mut();
                if process.interrupted && process.prompt.is_none() {
                    process.interrupted = false;
                    process.print("^C\n");
                    return Poll::Ready(None);
                }
            }
            body.as_mut().poll(context).map(Some)
        })
        .await;
        self.close_all();
        self.process.borrow_mut().abandon_questions();
        result
    }

    /// Does something to the world, or looks at it; that takes one lookahead.
    pub async fn world<R: Clone + 'static>(
        &self,
        question: impl FnOnce(&mut World) -> R + 'static,
    ) -> R {
        self.lab(|world, _| question(world)).await
    }

    /// The same with the workload.
    pub(crate) async fn lab<R: Clone + 'static>(
        &self,
        question: impl FnOnce(&mut World, &mut Workload) -> R + 'static,
    ) -> R {
        let question = move |world: &mut World, workload: &mut Workload| {
            Rc::new(question(world, workload)) as Rc<dyn Any>
        };
        let number = self.process.borrow_mut().ask(Box::new(question));
        let answer = poll_fn(|_| {
            let answer = self.process.borrow_mut().take_answer(number);
            answer.map_or(Poll::Pending, Poll::Ready)
        });
        answer.await.downcast_ref::<R>().expect("an answer is of its question's type").clone()
    }

    /// The same without waiting until it is done.
    pub(crate) fn order(&self, order: impl FnOnce(&mut World, &mut Workload) + 'static) {
        let order = move |world: &mut World, workload: &mut Workload| {
            order(world, workload);
            Rc::new(()) as Rc<dyn Any>
        };
        self.process.borrow_mut().ask(Box::new(order));
    }
}
