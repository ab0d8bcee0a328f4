//! Makes a world that goes wrong smaller, so that a person sees why.

use crate::plan::Plan;

/// Leaves out steps as long as the world still goes wrong. `goes_wrong` plays it.
pub fn shrink(plan: &Plan, mut goes_wrong: impl FnMut(&Plan) -> bool) -> Plan {
    let mut smallest = plan.clone();
    let mut chunk = smallest.steps.len().div_ceil(2).max(1);
    loop {
        let mut place = 0;
        let mut has_shrunk = false;
        while place < smallest.steps.len() {
            let mut tried = smallest.clone();
            let end = (place + chunk).min(tried.steps.len());
            tried.steps.drain(place..end);
            if goes_wrong(&tried) {
                smallest = tried;
                has_shrunk = true;
            } else {
                place = end;
            }
        }
        if chunk == 1 && !has_shrunk {
            return fewer_desks(smallest, goes_wrong);
        }
        chunk = (chunk / 2).max(1);
    }
}

fn fewer_desks(mut plan: Plan, mut goes_wrong: impl FnMut(&Plan) -> bool) -> Plan {
    while plan.desks > 1 {
        let fewer = Plan { desks: plan.desks - 1, ..plan.clone() };
        if !goes_wrong(&fewer) {
            break;
        }
        plan = fewer;
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_needed_is_left_out() {
        let plan = Plan::new(3, 60);
        let needed = [plan.steps[7], plan.steps[41]];
        let wrong = |tried: &Plan| needed.iter().all(|step| tried.steps.contains(step));
        let small = shrink(&plan, wrong);
        assert_eq!((small.steps.as_slice(), small.desks), (needed.as_slice(), 1));
    }
}
