"""Our own side of the demonstration's world: who works here, the lines people dial, the pipelines."""

from intake.demo.facts import Address, Line, Path, Stage, Worker

SALES, SUPPORT = "Продажи", "Поддержка"
TEAMS = (SALES, SUPPORT)

WORKERS = (
    Worker("petrova", "Анна Петрова", "operator", SALES, "101", "+79035550101", "petrova@our.example"),
    Worker("sokolov", "Дмитрий Соколов", "operator", SALES, "102", "+79035550102", "sokolov@our.example"),
    Worker("orlova", "Ольга Орлова", "operator", SUPPORT, "103", "+79035550103", "orlova@our.example"),
    Worker("ilyin", "Борис Ильин", "manager", SALES, "104", "+79035550104", "ilyin@our.example"),
    Worker("admin", "Вера Громова", "administrator", SUPPORT, None, "+79035550105", "admin@our.example"),
)
OPERATORS = tuple(worker for worker in WORKERS if worker.role == "operator")
RESPONSIBLE = ("petrova", "petrova", "sokolov", "sokolov", "orlova", "ilyin")  # some own more than others

LINES = (
    Line("74951000101", "Отдел продаж", "495", "Сайт"),
    Line("74951000200", "Отдел продаж, рекламный номер", "495", "Яндекс Директ"),
    Line("74951000300", "Общий номер", "495", "Звонок"),
    Line("74951000400", "Служба поддержки", "495", "Повторное обращение"),
)

MAILBOX = Address("sales@our.example", SALES, "С уважением,\nотдел продаж\n+7 495 100-01-01")

SALE, SERVICE = "Продажа", "Сервис"
PATHS = (
    Path(
        SALE,
        (
            Stage("Новый", "open"),
            Stage("Уточняем задачу", "open"),
            Stage("Отправлено предложение", "open"),
            Stage("Ждём решения", "open"),
            Stage("Договор и оплата", "open"),
            Stage("Выполнен", "won"),
            Stage("Отказ", "lost"),
        ),
    ),
    Path(
        SERVICE,
        (
            Stage("Заявка", "open"),
            Stage("Назначен выезд", "open"),
            Stage("Ждём запчасти", "open"),
            Stage("Сделано", "won"),
            Stage("Отменено", "lost"),
        ),
    ),
)
