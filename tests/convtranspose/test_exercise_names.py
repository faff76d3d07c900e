"""The contract with the exercises: every function that students write exists here under its name
and its parameters.
"""

import inspect

import pytest

import convtranspose

CONTRACT = """
rotate180(h)
zero_pad(x, p)
cross_correlate2d(x, h)
convolve2d_same(x, h)
convolution_matrix(w, input_shape, stride=1)
apply_matrix(C, x, output_shape)
count_multiplications(input_shape, kernel_shape, stride)
transpose_by_matrix(y, w, input_shape)
transpose_by_placing(x, w)
adjoint_gap(x, y, w)
input_gradient(w, upstream, input_shape)
output_size(n, k, s, p=0, d=1, op=0)
insert_zeros(x, s)
conv_transpose2d(x, w, stride=1)
conv_transpose2d_by_zero_insertion(x, w, stride=1, padding=0)
overlap_count(n, k, s)
conv_transpose2d_layer(x, w, bias=None, stride=(1, 1), padding=(0, 0), output_padding=(0, 0), \
dilation=(1, 1), groups=1)
same_padding(n, k, s)
phase_sums(w, s)
is_even(w, s)
equalise(w, s)
unevenness(y, s)
nearest(x, s)
bilinear_kernel(s)
resize_convolve(x, w, s)
pixel_shuffle(x, s)
icnr(w, s)
loss_gradient(x, w, target, stride)
train(x, target, w0, stride, steps, rate)
"""


@pytest.mark.parametrize("signature", CONTRACT.split("\n")[1:-1])
def test_function_accepts_what_the_exercise_promises(signature):
    name, parameters = signature[:-1].split("(", 1)
    promised = inspect.signature(eval(f"lambda {parameters}: None"))
    ours = inspect.signature(getattr(convtranspose, name))
    assert list(ours.parameters)[: len(promised.parameters)] == list(promised.parameters)
    for key, parameter in promised.parameters.items():
        if parameter.default is not inspect.Parameter.empty:
            assert ours.parameters[key].default == parameter.default
    further = list(ours.parameters.values())[len(promised.parameters) :]
    assert all(parameter.default is not inspect.Parameter.empty for parameter in further)


def test_everything_exported_is_documented():
    assert set(convtranspose.__all__) <= set(dir(convtranspose))
    for name in convtranspose.__all__:
        assert len(getattr(convtranspose, name).__doc__) > 40, name
