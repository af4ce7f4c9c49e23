from omakase.build.learning_curve import LearningCurve


def test_learning_curve_remembers_figures_of_each_step():
    curve = LearningCurve()
    curve(1, 2, loss=0.5, figure=0.1)
    curve(2, 2, loss=0.25, figure=float("nan"))
    assert curve.points == [{"step": 1, "loss": 0.5, "figure": 0.1}, {"step": 2, "loss": 0.25}]


def test_learning_curve_without_figures_is_empty():
    curve = LearningCurve()
    curve(1, 2)
    assert curve.points == []
