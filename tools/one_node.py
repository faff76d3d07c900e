"""A single ONNX node, run by onnxruntime on one thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import onnxruntime
from onnx import TensorProto, helper


def prepared(node: Any, inputs: Mapping[str, np.ndarray]) -> Callable[[], np.ndarray]:
    """What computes the node's one output, which it calls y, from float32 arrays by the names that
    it calls its inputs.
    """
    given = {name: np.asarray(value, np.float32) for name, value in inputs.items()}
    declared = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape)
        for name, value in given.items()
    ]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph([node], "one_node", declared, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )

    def run() -> np.ndarray:
        y: np.ndarray = session.run(None, given)[0]
        return y

    return run
