//! One question at a time: who asks next waits until the one before has its answer, first come, first served.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use futures::channel::oneshot;

#[derive(Clone, Default)]
pub struct Turns(Rc<RefCell<Line>>);

#[derive(Default)]
struct Line {
    is_taken: bool,
    waiting: VecDeque<oneshot::Sender<Turn>>,
}

/// Whoever holds it may ask. Dropped, also with a page that was left, it goes to the next in line.
pub struct Turn(Turns);

impl Turns {
    pub async fn next(&self) -> Turn {
        let (sender, receiver) = oneshot::channel();
        let is_free = !std::mem::replace(&mut self.0.borrow_mut().is_taken, true);
        if is_free {
            return Turn(self.clone());
        }
        self.0.borrow_mut().waiting.push_back(sender);
        // A line does not go while somebody stands in it: it is held by whoever has the turn.
        receiver.await.unwrap_or_else(|_| Turn(self.clone()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut line = self.0.0.borrow_mut();
        let next = line.waiting.pop_front();
        line.is_taken = next.is_some();
        drop(line);
        if let Some(next) = next {
            // Where nobody is there any more the turn comes back, is dropped, and so goes on.
            let _ = next.send(Turn(self.0.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn the_next_has_its_turn_when_the_one_before_is_done_or_gone() {
        let turns = Turns::default();
        let first = turns.next().now_or_never();
        assert!(first.is_some());
        let (mut second, third) = (Box::pin(turns.next()), Box::pin(turns.next()));
        let mut fourth = Box::pin(turns.next());
        assert!(second.as_mut().now_or_never().is_none());
        let mut third = third;
        assert!(third.as_mut().now_or_never().is_none() && fourth.as_mut().now_or_never().is_none());
        drop(first);
        let has = second.as_mut().now_or_never();
        assert!(has.is_some() && third.as_mut().now_or_never().is_none());
        // Who waited has left: before it was its turn, and after.
        drop(third);
        drop(has);
        drop(fourth);
        assert!(turns.next().now_or_never().is_some());
    }
}
