"""A gradebook of a class that was never marked: large, and made at once."""

from sample_class.folder import ROOT
from sample_class.students import ASSIGNMENT

from marking.course import Course
from marking.gradebook.writer import Gradebook


def made_class(root, count):
    """A class of `count` who handed in two assignments, and one more who handed in nothing: rows
    alone, as nbgrader keeps them, with all that a score is made of.
    """
    course = Course.find(root=root, start=ROOT)
    students = [f"s{number}" for number in range(count)]
    with Gradebook(course.db_url, course.course_id) as ours:
        book = ours.stock
        for name in (ASSIGNMENT, "the-layer"):
            book.add_assignment(name)
            book.add_notebook(name, name)
            for cell in ("a", "b"):
                book.add_grade_cell(cell, name, name, max_score=3, cell_type="code")
            book.add_solution_cell("words", name, name)
        for number, student in enumerate(students):
            book.add_student(student, first_name="Ada", last_name="Same")
            for name in (ASSIGNMENT, "the-layer"):
                submission = book.add_submission(name, student)
                [notebook] = submission.notebooks
                notebook.late_submission_penalty = (None, 0.1, 0.7, 99.0)[number % 4]
                notebook.comments[0].manual_comment = (None, f"seen, {student}")[number % 2]
                first, second = notebook.grades
                first.auto_score, first.needs_manual_grade = 0.1, False
                second.auto_score = (0.7, None)[number % 2]
                second.manual_score = (None, 0.2, 1.1)[number % 3]
                second.extra_credit = (0.3, None, 1.5, 2.0, None)[number % 5]
                second.needs_manual_grade = number % 3 == 0
        for grade in book.find_submission(ASSIGNMENT, students[-1]).notebooks[0].grades:
            book.db.delete(grade)
        book.add_student("absent")
        book.db.commit()
    return course
