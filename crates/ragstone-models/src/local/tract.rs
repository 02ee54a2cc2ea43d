//! The built-in runtime: tract, which is Rust only.

use std::sync::Arc;

use ragstone_core::{Error, ErrorKind, Result};
use tract_onnx::prelude::*;

use super::batch::TokenBatch;
use super::{Session, Sessions, failed};
use crate::onnx::INPUTS;

type Plan = Arc<TypedRunnableModel>;

/// One plan for every size of batch, whose weights all threads share.
pub(super) fn sessions(graph: &[u8], threads: usize) -> Result<Sessions> {
    let plan = plan(graph).map_err(|error| {
        Error::new(ErrorKind::Unsupported, "the built-in runtime cannot run the model")
            .with_detail(format!("{error:#}"))
    })?;
    let session = || -> Box<dyn Session> { Box::new(TractSession { plan: Arc::clone(&plan) }) };
    Ok((vec![session()], std::iter::repeat_with(session).take(threads).collect()))
}

fn plan(graph: &[u8]) -> TractResult<Plan> {
    let mut model = tract_onnx::onnx().model_for_read(&mut &graph[..])?;
    let (batch, sequence) = (model.symbols.sym("batch"), model.symbols.sym("sequence"));
    let shape = [TDim::from(batch), TDim::from(sequence)];
    for input in 0..INPUTS.len() {
        model.set_input_fact(input, i64::datum_type().fact(&shape).into())?;
    }
    model.into_optimized()?.into_runnable()
}

struct TractSession {
    plan: Plan,
}

impl Session for TractSession {
    fn run(&mut self, batch: TokenBatch) -> Result<Vec<f32>> {
        let shape = [batch.rows, batch.width];
        let inputs: TractResult<TVec<TValue>> = [&batch.ids, &batch.mask, &batch.types]
            .into_iter()
            .map(|numbers| Ok(Tensor::from_shape(&shape, numbers)?.into_tvalue()))
            .collect();
        let outputs =
            inputs.and_then(|inputs| self.plan.run(inputs)).map_err(|error| failed(format!("{error:#}")))?;
        let output = outputs.first().ok_or_else(|| failed("it gave nothing"))?;
        let numbers = output.to_plain_array_view::<f32>().map_err(failed)?;
        Ok(numbers.iter().copied().collect())
    }
}
