"""The course: what is configured is used, and one run at a time marks a class."""

import subprocess
import sys

import pytest
from sample_class.folder import make_course

from marking.course import Course, class_lock
from marking.errors import CourseError
from marking.limits import Times

HOLDER = """
import sys
from pathlib import Path
from marking.course import Course, class_lock

with class_lock(Course.find(start=Path(sys.argv[1]))):
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def course(tmp_path):
    return Course.find(start=make_course(tmp_path))


def test_settings_are_those_of_the_configuration(tmp_path):
    config = "\nc.Judge.seed = 7\nc.Judge.cell_seconds = 1.5\n"
    course = Course.find(start=make_course(tmp_path, config=config))
    assert course.seed == "7"
    assert course.times == Times(cell=1.5)
    assert course.db_url == f"sqlite:///{tmp_path / 'gradebook.db'}"
    assert course.course_id == "transposed-convolution"


def test_a_configuration_with_other_settings_leaves_the_courses_own(course):
    changed = course.config_with(root="elsewhere", student_id="ada")
    assert changed.CourseDirectory.root == "elsewhere"
    assert changed.CourseDirectory.release_directory == "exercises"
    assert "root" not in course.config.CourseDirectory


def test_a_lock_is_refused_to_a_second_run_of_this_process(course):
    refused = pytest.raises(CourseError, match="another run is marking the class")
    with class_lock(course), refused, class_lock(course):
        pass
    with class_lock(course):
        pass


def test_a_lock_is_refused_while_another_process_has_it_and_free_once_it_was_killed(course):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(course.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout.readline() == "locked\n"
        refused = pytest.raises(CourseError, match="another run is marking the class in")
        with refused, class_lock(course):
            pass
        holder.kill()
    with class_lock(course):
        pass
