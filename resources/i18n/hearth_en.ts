<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<!-- English is the language of the sources; only what has two forms stands here. -->
<TS version="2.1" language="en">
    <context>
        <name>ErrorText</name>
        <message numerus="yes">
            <source>The engine has not responded for %n second(s) and was stopped.</source>
            <translation>
                <numerusform>The engine has not responded for %n second and was stopped.</numerusform>
                <numerusform>The engine has not responded for %n seconds and was stopped.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ModelStatusText</name>
        <message numerus="yes">
            <source>Processor, %n thread(s)</source>
            <translation>
                <numerusform>Processor, %n thread</numerusform>
                <numerusform>Processor, %n threads</numerusform>
            </translation>
        </message>
    </context>
</TS>
