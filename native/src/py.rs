//! The binding: arguments in, ValueError out. No logic of its own.

use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyInt;

use crate::Fault;

#[pymodule]
mod _kernels {
    #[pymodule_export]
    use super::{common_prefix, find_string_end, skip_value};
}

#[pyfunction]
fn find_string_end(body: &[u8], start: &Bound<'_, PyInt>) -> PyResult<usize> {
    let at = offset(start, "string")?;
    crate::find_string_end(body, at).map_err(value_error)
}

#[pyfunction]
fn skip_value(body: &[u8], start: &Bound<'_, PyInt>) -> PyResult<usize> {
    let at = offset(start, "value")?;
    crate::skip_value(body, at).map_err(value_error)
}

#[pyfunction]
fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    crate::common_prefix(a, b)
}

/// An integer that is negative or too large for an offset is outside every body.
fn offset(start: &Bound<'_, PyInt>, sought: &str) -> PyResult<usize> {
    start.extract().map_err(|error: PyErr| {
        if error.is_instance_of::<PyOverflowError>(start.py()) {
            PyValueError::new_err(format!("no {sought} at offset {start}"))
        } else {
            error
        }
    })
}

fn value_error(fault: Fault) -> PyErr {
    PyValueError::new_err(fault.to_string())
}
